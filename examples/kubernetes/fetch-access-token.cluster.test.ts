import { expect } from 'vitest';
import { task } from '../../infra/testing/run.ts';
import { clusterTest } from './testing/cluster-test.ts';

const ONE_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+\n$/;

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

clusterTest('by default it prints one token of the demo user, and nothing else', async ({ installation }) => {
  const { code, stdout, stderr } = await task('fetch-access-token');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(ONE_TOKEN);
  expect(claimsOf(stdout)).toMatchObject({ preferred_username: 'user', azp: 'inference-gateway-client' });
  expect((await installation.api.get('/v1/models', stdout.trim())).status).toBe(200);
});

clusterTest('GRANT=client_credentials: one of the client itself', async ({ installation }) => {
  const { code, stdout, stderr } = await task('fetch-access-token', { env: { GRANT: 'client_credentials' } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(ONE_TOKEN);
  expect(claimsOf(stdout)).toMatchObject({ preferred_username: 'service-account-inference-gateway-client' });
  expect((await installation.api.get('/v1/models', stdout.trim())).status).toBe(200);
});

clusterTest('another GRANT is refused in a sentence, and nothing is printed', async ({ installation: _ }) => {
  const { code, stdout, stderr } = await task('fetch-access-token', { env: { GRANT: 'nonsense' } });
  expect(code).not.toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toContain('GRANT is password or client_credentials, not nonsense.\n');
  expect(stderr).not.toMatch(/^ +at /m);
});
