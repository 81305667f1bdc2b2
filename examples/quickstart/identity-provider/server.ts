import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider, { type Configuration, type JWTStructured } from 'oidc-provider';
import { claimsFor, visibleScopes } from './claims.ts';
import { granteeOf, registerGrants } from './grants.ts';
import { NoStorage } from './no-storage.ts';
import type { Realm } from './realm.ts';

/** How an identity provider is started. */
export interface IdentityProviderOptions {
  readonly realm: Realm;
  /** Port on 127.0.0.1; 0 takes a free one. @default 0 */
  readonly port?: number;
  /** Seconds that tokens live. @default the realm's `accessTokenLifespan` */
  readonly tokenLifespanSeconds?: number;
}

/** A running identity provider. */
export interface IdentityProvider {
  /** The issuer, `http://127.0.0.1:<port>/realms/<realm>`. */
  readonly issuer: string;
  /** Stops listening and cuts what runs. */
  readonly close: () => Promise<void>;
}

const ROUTES = {
  authorization: '/protocol/openid-connect/auth',
  token: '/protocol/openid-connect/token',
  jwks: '/protocol/openid-connect/certs',
  userinfo: '/protocol/openid-connect/userinfo',
};

/**
 * Starts an OpenID provider that stands in for Keycloak on one machine: the realm's paths, clients, users, roles and mappers,
 * and Keycloak's token shape. It has the `password` and `client_credentials` grants only: no login page, no refresh tokens, no
 * introspection. Its signing key is made at start and kept in memory. It listens on loopback only.
 */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { realm, port = 0, tokenLifespanSeconds = realm.accessTokenLifespan } = options;
  const key = await makeKey();
  const server = createServer();
  await listen(server, port);
  const mount = `/realms/${realm.realm}`;
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${mount}`;
  const provider = new Provider(issuer, configuration(realm, key));
  registerGrants(provider, realm, tokenLifespanSeconds);
  const answer = provider.callback();
  server.on('request', (request, response) => {
    const url = request.url ?? '/';
    if (!url.startsWith(`${mount}/`)) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Realm does not exist"}');
      return;
    }
    Object.assign(request, { originalUrl: url, url: url.slice(mount.length) });
    void answer(request, response);
  });
  return { issuer, close: () => close(server) };
}

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

function configuration(realm: Realm, key: JWK): Configuration {
  return {
    adapter: NoStorage,
    jwks: { keys: [key] },
    routes: ROUTES,
    cookies: { keys: [randomBytes(32).toString('hex')] },
    scopes: ['openid', ...realm.clientScopes.map((scope) => scope.name)],
    responseTypes: ['none'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    clients: realm.clients.map((client) => ({
      client_id: client.clientId,
      client_secret: client.secret,
      grant_types: [
        ...(client.directAccessGrantsEnabled ? ['password'] : []),
        ...(client.serviceAccountsEnabled ? ['client_credentials'] : []),
      ],
      response_types: [],
      redirect_uris: [],
    })),
    formats: {
      customizers: {
        jwt: (_context, token, jwt) => {
          if (token.kind === 'AccessToken') shapeLikeKeycloak(realm, token.accountId, token.scope ?? '', jwt);
        },
      },
    },
  };
}

/** Keycloak's access token: header `typ` is `JWT` and the claim `typ` says what it is; RFC 9068 would say `at+jwt`. */
function shapeLikeKeycloak(realm: Realm, subject: string, scope: string, jwt: JWTStructured): void {
  const { iss, iat, exp, client_id: azp } = jwt.payload;
  const grantee = granteeOf(realm, String(azp), subject, scope);
  const { aud, ...claims } = claimsFor(grantee, 'access');
  const audience = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud;
  jwt.header = { typ: 'JWT' };
  jwt.payload = {
    exp,
    iat,
    jti: randomUUID(),
    iss,
    aud: audience,
    typ: 'Bearer',
    azp,
    ...claims,
    scope: visibleScopes(realm, grantee.scopes),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
