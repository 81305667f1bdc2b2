import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { runGateway } from './support/process.ts';
import { until } from './support/until.ts';
import { openStream, startUpstream } from './support/upstream.ts';

const environment = (upstreamUrl: string) => ({
  ENABLE_AUTH: 'false',
  SERVER_PORT: '0',
  TELEMETRY_METRICS_PORT: '0',
  LLAMACPP_API_URL: upstreamUrl,
});

const streamThrough = (url: string) =>
  fetch(`${url}/v1/chat/completions`, { method: 'POST', body: '{"model":"llamacpp/m"}' });

test('SIGTERM: not ready at once, new requests still accepted, a running stream finished, exit 0', async () => {
  const held = Promise.withResolvers<ServerResponse>();
  await using upstream = await startUpstream((request, response) => {
    openStream(request, response);
    held.resolve(response);
  });
  await using gateway = runGateway(environment(upstream.url));
  const url = await gateway.url();
  const response = await streamThrough(url);
  const provider = await held.promise;

  gateway.child.kill('SIGTERM');
  await until(async () => (await fetch(`${url}/health/ready`)).status === 503);
  const late = await fetch(`${url}/health`);
  expect([late.status, late.headers.get('connection')]).toEqual([200, 'close']);
  await until(
    async () =>
      fetch(url).then(
        () => false,
        () => true,
      ),
    10,
  );
  provider.end('data: 2\n\n');
  expect(await response.text()).toBe('data: 1\n\ndata: 2\n\n');
  expect(await gateway.exit).toBe(0);
  expect(gateway.stdout()).toMatch(/"cut":0,"msg":"stopped"/);
});

test('what runs longer than the grace period is cut, and the log counts it', async () => {
  await using upstream = await startUpstream(openStream);
  await using gateway = runGateway({ ...environment(upstream.url), SHUTDOWN_GRACE_PERIOD: '200ms' });
  const response = await streamThrough(await gateway.url());
  gateway.child.kill('SIGINT');
  await expect(response.text()).rejects.toThrow();
  expect(await gateway.exit).toBe(0);
  expect(gateway.stdout()).toContain('"cut":1');
});

test('a second signal ends the waiting', async () => {
  await using upstream = await startUpstream(openStream);
  await using gateway = runGateway(environment(upstream.url));
  const response = await streamThrough(await gateway.url());
  gateway.child.kill('SIGINT');
  await until(() => gateway.stdout().includes('stopping'));
  gateway.child.kill('SIGINT');
  await expect(response.text()).rejects.toThrow();
  expect(await gateway.exit).toBe(0);
});
