import { request } from 'node:http';
import { expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { parseGatewayConfig } from '../config.ts';
import { startTestBed } from './support/gateway.ts';

const OPEN = ['/health', '/health/ready', '/.well-known/oauth-protected-resource'];
const PROXY = { PROXY_ROUTES: '* llamacpp/*' };

/** Every route of the app, by the app's own account. */
function routes(): { method: string; path: string }[] {
  const { config } = parseGatewayConfig({ ENABLE_AUTH: 'false', ...PROXY }, () => '');
  const parts = {
    authenticator: undefined,
    upstreams: {} as never,
    observers: [],
    streams() {},
    modelsFailed() {},
    lifecycle: { running() {}, draining: () => false },
  };
  return createApp(config, parts).routes;
}

test('whatever route there is, only the open ones answer without a token', async () => {
  await using bed = await startTestBed(PROXY);
  const statusOf = (method: string, path: string) =>
    new Promise<number>((resolve, reject) => {
      request(bed.url, { method, path }, (response) => resolve(response.resume().statusCode ?? 0))
        .on('error', reject)
        .end();
    });
  const all = [...routes(), ...['/v1', '/v1/', '/v1/x', '/proxy', '/proxy/x'].map((path) => ({ method: 'GET', path }))];
  expect(all.length).toBeGreaterThan(20);
  for (const { method, path } of all) {
    const real = path.replace(/:\w+\{[^}]*\}/, 'x').replace('*', 'x');
    const status = await statusOf(method === 'ALL' ? 'POST' : method, real);
    if (OPEN.includes(path)) expect(status, path).not.toBe(401);
    else expect(status, `${method} ${path}`).toBe(401);
  }
});
