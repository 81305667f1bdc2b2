import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { MODEL, startTestBed } from './support/gateway.ts';
import { freePort } from './support/listen.ts';
import { until } from './support/until.ts';
import { openStream } from './support/upstream.ts';

test('metrics tell requests, durations, refusals, running streams and the age of the keys, on their own port only', async () => {
  await using bed = await startTestBed({ TELEMETRY_METRICS_PORT: await freePort() });
  const metrics = async () => (await fetch(bed.gateway.metricsUrl ?? '')).text();
  await bed.post('/v1/chat/completions', { model: MODEL });
  await fetch(`${bed.url}/v1/models`);
  bed.upstream.handle = openStream;
  const stream = await bed.post('/v1/chat/completions', { model: MODEL });
  await until(async () => (await metrics()).includes('gatehouse_streams_running 1'));
  const text = await metrics();
  expect(text).toContain('gatehouse_requests_total{route="chat",provider="llamacpp",status="200"} 1');
  expect(text).toContain('gatehouse_refusals_total{code="credentials_missing"} 1');
  expect(text).toContain('gatehouse_request_duration_seconds_count{route="chat",provider="llamacpp"} 1');
  expect(text).toMatch(/gatehouse_keys_age_seconds 0\.\d+/);
  expect(text).toContain('gatehouse_keys_last_fetch_failed{reason=""} 0');
  expect((await bed.request('/metrics')).status).toBe(404);
  await stream.body?.cancel();
  await until(async () => (await metrics()).includes('gatehouse_streams_running 0'));
});

test('the log has a line a request: who, what, how it ended, and no token, key, prompt or query', async () => {
  await using bed = await startTestBed({ SERVER_TRUSTED_PROXIES: '127.0.0.0/8' });
  const body = { model: MODEL, messages: [{ role: 'user', content: 'my private prompt' }] };
  await bed.post('/v1/chat/completions', body, { 'x-request-id': 'id-1', 'x-forwarded-for': '6.6.6.6, 203.0.113.9' });
  const lineOf = (id: string) => bed.log.find((line) => line['requestId'] === id);
  await until(() => lineOf('id-1') !== undefined);
  expect(lineOf('id-1')).toMatchObject({
    remote: '203.0.113.9',
    method: 'POST',
    route: 'chat',
    status: 200,
    sub: 'f2a3b1c0-user',
    azp: 'inference-gateway-client',
    provider: 'llamacpp',
    model: 'test-model',
  });
  await fetch(`${bed.url}/v1/models?access_token=secret-in-query`, { headers: { 'x-request-id': 'id-2' } });
  await until(() => lineOf('id-2') !== undefined);
  expect(lineOf('id-2')).toMatchObject({ status: 401, code: 'credentials_missing' });
  const all = JSON.stringify(bed.log);
  for (const secret of ['private prompt', 'eyJ', 'secret-in-query']) expect(all).not.toContain(secret);
});

test('a request id with characters that could forge a line is replaced', async () => {
  await using bed = await startTestBed();
  const response = await bed.request('/health', { headers: { 'x-request-id': 'a b"c' } });
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  const port = Number(new URL(bed.url).port);
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: one\r\nX-Request-Id: two\r\n\r\n',
  );
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text).not.toMatch(/x-request-id: (one|two)/);
});
