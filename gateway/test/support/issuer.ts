import { createServer, type ServerResponse } from 'node:http';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { listenOnLoopback } from './listen.ts';

export const CLIENT_ID = 'inference-gateway-client';

/** What the issuer's server does next; tests replace it to be down, slow, redirecting or talking nonsense. */
export type Answer = (response: ServerResponse) => void;

/** An issuer with real keys and a real HTTP server. */
export interface TestIssuer {
  readonly url: string;
  /** Fetches of the key set, in order of arrival. */
  fetches: number;
  answerDiscovery: Answer;
  answerKeys: Answer;
  /** A new signing key beside or instead of the others. Gives its key id. */
  rotate(keepOld?: boolean): Promise<string>;
  /** Signs an access token as Keycloak makes them; `claims` and `header` change or (undefined) remove. */
  token(claims?: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
  close(): Promise<void>;
}

const json =
  (body: unknown): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

export async function startIssuer(alg = 'RS256'): Promise<TestIssuer> {
  let keys: JWK[] = [];
  let signing: { kid: string; privateKey: CryptoKey; publicJwk: JWK };
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/.well-known/openid-configuration')) issuer.answerDiscovery(response);
    else {
      issuer.fetches += 1;
      issuer.answerKeys(response);
    }
  });
  const { url: origin, close } = await listenOnLoopback(server);
  const url = `${origin}/realms/test`;
  const rotate = async (keepOld = false) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const publicJwk = { ...(await exportJWK(publicKey)), kid: crypto.randomUUID(), use: 'sig', alg };
    signing = { kid: publicJwk.kid, privateKey, publicJwk };
    keys = keepOld ? [...keys, publicJwk] : [publicJwk];
    return publicJwk.kid;
  };
  await rotate();
  const issuer: TestIssuer = {
    url,
    fetches: 0,
    answerDiscovery: (response) => json({ issuer: url, jwks_uri: `${url}/certs` })(response),
    answerKeys: (response) => json({ keys })(response),
    rotate,
    token: (claims = {}, header = {}) =>
      new SignJWT(accessTokenClaims(url, claims))
        .setProtectedHeader({ alg, typ: 'JWT', kid: signing.kid, ...header })
        .sign(signing.privateKey),
    get privateKey() {
      return signing.privateKey;
    },
    get publicJwk() {
      return signing.publicJwk;
    },
    close,
  };
  return issuer;
}

/** The claims of an access token of Keycloak's, good for five minutes. */
export function accessTokenClaims(issuer: string, changes: JWTPayload = {}): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  const claims: JWTPayload = {
    iss: issuer,
    sub: 'f2a3b1c0-user',
    aud: CLIENT_ID,
    azp: CLIENT_ID,
    typ: 'Bearer',
    iat: now,
    exp: now + 300,
    jti: crypto.randomUUID(),
    scope: 'profile email',
    ...changes,
  };
  for (const [name, value] of Object.entries(claims)) if (value === undefined) delete claims[name];
  return claims;
}
