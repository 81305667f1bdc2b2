import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CREDENTIALS, REALM_FILE, testRealm } from '../testing/realm-file.ts';
import { readRealm } from './realm.ts';
import { type IdentityProvider, startIdentityProvider } from './server.ts';

let provider: IdentityProvider;
const good = {
  grant_type: 'password',
  client_id: 'inference-gateway-client',
  client_secret: CREDENTIALS.OIDC_CLIENT_SECRET,
  username: 'user',
  password: CREDENTIALS.DEMO_USER_PASSWORD,
};

beforeAll(async () => {
  provider = await startIdentityProvider({ realm: testRealm() });
});
afterAll(() => provider.close());

test.each([
  ['a wrong password', { password: 'wrong' }, 400, 'invalid_grant'],
  ['an unknown user', { username: 'nobody' }, 400, 'invalid_grant'],
  ['a service account as user', { username: 'service-account-inference-gateway-client' }, 400, 'invalid_grant'],
  ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
  ['an unknown client', { client_id: 'other' }, 401, 'invalid_client'],
  ['an unknown grant', { grant_type: 'magic' }, 400, 'unsupported_grant_type'],
  ['a scope that the client may not have', { scope: 'everything' }, 400, 'invalid_scope'],
])('%s is refused', async (_case, change, status, error) => {
  const body = new URLSearchParams({ ...good, ...change });
  const response = await fetch(`${provider.issuer}/protocol/openid-connect/token`, { method: 'POST', body });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error });
});

test('another realm does not exist', async () => {
  const response = await fetch(`${provider.issuer}-2/.well-known/openid-configuration`);
  expect(response.status).toBe(404);
});

test('it answers on loopback only', async () => {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => !address.internal && address.family === 'IPv4')?.address;
  if (!outside) return;
  await expect(fetch(provider.issuer.replace('127.0.0.1', outside))).rejects.toThrow();
});

test('a realm whose secret has no value does not start', () => {
  const env = { DEMO_USER_PASSWORD: 'x' };
  expect(() => readRealm(REALM_FILE, env)).toThrow('The realm file needs the environment variable OIDC_CLIENT_SECRET.');
});
