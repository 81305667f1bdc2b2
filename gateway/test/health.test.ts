import { expect, test } from 'vitest';
import { errorOf, startTestBed } from './support/gateway.ts';

test('health and readiness need no token', async () => {
  await using bed = await startTestBed();
  const health = await fetch(`${bed.url}/health`);
  expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
  const ready = await fetch(`${bed.url}/health/ready`);
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ok', checks: { keys: 'ok', draining: 'ok' } }]);
});

test('protected-resource metadata (RFC 9728) come from the configuration, never from Host', async () => {
  await using bed = await startTestBed({
    SERVER_PUBLIC_URL: 'https://api.example.com/',
    OIDC_REQUIRED_SCOPES: 'inference',
  });
  const response = await fetch(`${bed.url}/.well-known/oauth-protected-resource`, {
    headers: { host: 'evil.example' },
  });
  expect(await response.json()).toEqual({
    resource: 'https://api.example.com',
    authorization_servers: [bed.issuer.url],
    bearer_methods_supported: ['header'],
    scopes_supported: ['inference'],
  });
  await using plain = await startTestBed();
  expect((await errorOf(await fetch(`${plain.url}/.well-known/oauth-protected-resource`))).code).toBe('not_found');
});
