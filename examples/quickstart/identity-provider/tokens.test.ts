import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isJson, type Json } from '../../model-server/types.ts';
import { CREDENTIALS, testRealm } from '../testing/realm-file.ts';
import { type IdentityProvider, startIdentityProvider } from './server.ts';

let provider: IdentityProvider;
const clientId = 'inference-gateway-client';
const secret = { client_id: clientId, client_secret: CREDENTIALS.OIDC_CLIENT_SECRET };
const user = { ...secret, grant_type: 'password', username: 'user', password: CREDENTIALS.DEMO_USER_PASSWORD };

beforeAll(async () => {
  provider = await startIdentityProvider({ realm: testRealm() });
});
afterAll(() => provider.close());

async function ask(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Json> {
  const url = `${provider.issuer}/protocol/openid-connect/token`;
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) });
  const body: unknown = await response.json();
  return isJson(body) ? { status: response.status, ...body } : {};
}

async function verified(token: unknown): Promise<Json> {
  const keys = createRemoteJWKSet(new URL(`${provider.issuer}/protocol/openid-connect/certs`));
  return (await jwtVerify(String(token), keys, { issuer: provider.issuer, audience: clientId })).payload;
}

test("discovery is at the realm's address and names Keycloak's paths", async () => {
  const response = await fetch(`${provider.issuer}/.well-known/openid-configuration`);
  expect(await response.json()).toMatchObject({
    issuer: provider.issuer,
    jwks_uri: `${provider.issuer}/protocol/openid-connect/certs`,
    token_endpoint: `${provider.issuer}/protocol/openid-connect/token`,
    grant_types_supported: ['password', 'client_credentials'],
  });
});

test("the demo user's access token has Keycloak's shape", async () => {
  const { access_token: token, ...answer } = await ask(user);
  expect(answer).toEqual({
    status: 200,
    expires_in: 300,
    token_type: 'Bearer',
    'not-before-policy': 0,
    scope: 'profile email inference',
  });
  const header = decodeProtectedHeader(String(token));
  expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.stringMatching(/^[\w-]{43}$/) });
  const { exp, iat, ...claims } = await verified(token);
  expect(Number(exp) - Number(iat)).toBe(300);
  expect(claims).toEqual({
    iss: provider.issuer,
    sub: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    jti: expect.any(String),
    aud: clientId,
    azp: clientId,
    typ: 'Bearer',
    scope: 'profile email inference',
    resource_access: { [clientId]: { roles: ['inference-user'] } },
    preferred_username: 'user',
    name: 'Demo User',
    email: 'user@example.com',
    email_verified: true,
    'allowed-origins': ['https://api.inference-gateway.local', 'http://127.0.0.1:8080'],
  });
});

test("a client's own token has its service account's roles", async () => {
  const { access_token: token } = await ask({ ...secret, grant_type: 'client_credentials' });
  expect(await verified(token)).toMatchObject({
    preferred_username: 'service-account-inference-gateway-client',
    resource_access: { [clientId]: { roles: ['inference-user'] } },
    typ: 'Bearer',
  });
});

test('the client may send its secret as Basic credentials too', async () => {
  const basic = Buffer.from(`${clientId}:${encodeURIComponent(secret.client_secret)}`).toString('base64');
  const answer = await ask({ grant_type: 'client_credentials' }, { authorization: `Basic ${basic}` });
  expect(answer['status']).toBe(200);
});

test('an ID token comes with the scope openid only, and says that it is one', async () => {
  expect(await ask(user)).not.toHaveProperty('id_token');
  const answer = await ask({ ...user, scope: 'openid' });
  expect(answer['scope']).toBe('openid profile email inference');
  const [access, id] = [await verified(answer['access_token']), await verified(answer['id_token'])];
  expect(id).toMatchObject({ typ: 'ID', sub: access['sub'], azp: clientId, email: 'user@example.com' });
  expect(id).not.toHaveProperty('resource_access');
});

test('realm roles and a lifespan of its own show in the token', async () => {
  const realm = testRealm();
  const users = realm.users.map((entry) => ({ ...entry, realmRoles: ['staff'] }));
  const other = await startIdentityProvider({ realm: { ...realm, users }, tokenLifespanSeconds: 7 });
  const url = `${other.issuer}/protocol/openid-connect/token`;
  const answer: unknown = await (await fetch(url, { method: 'POST', body: new URLSearchParams(user) })).json();
  await other.close();
  const payload = String(isJson(answer) && answer['access_token']).split('.')[1] ?? '';
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  expect(claims).toMatchObject({ realm_access: { roles: ['staff'] }, exp: claims.iat + 7 });
});
