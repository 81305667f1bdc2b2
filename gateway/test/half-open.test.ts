import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { MODEL, startTestBed } from './support/gateway.ts';
import { head } from './support/raw-http.ts';
import { until } from './support/until.ts';

test('a caller who is refused as malformed and ignores the end cannot keep the connection', async () => {
  await using bed = await startTestBed();
  const socket = connect({ port: Number(new URL(bed.url).port), host: '127.0.0.1', allowHalfOpen: true });
  let [text, broken] = ['', false];
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {
    broken = true;
  });
  socket.write('garbage\r\n\r\n');
  await until(() => text.includes('request_malformed'));
  await until(() => {
    socket.write('still here');
    return broken;
  });
});

test('a caller who does not read is let go after the idle timeout, and the provider is not blamed', {
  timeout: 20_000,
}, async () => {
  await using bed = await startTestBed({ UPSTREAM_IDLE_TIMEOUT: '300ms', SERVER_MAX_CONCURRENT_REQUESTS: '1' });
  bed.upstream.handle = (_request, response) => response.end(Buffer.alloc(32 * 1024 * 1024));
  const body = JSON.stringify({ model: MODEL });
  const socket = connect(Number(new URL(bed.url).port), '127.0.0.1').on('error', () => {});
  const authorization = `Authorization: Bearer ${await bed.issuer.token()}`;
  socket.write(
    head('POST /v1/chat/completions HTTP/1.1', 'Host: x', authorization, `Content-Length: ${body.length}`) + body,
  );
  socket.pause();
  const line = () => bed.log.find(({ route }) => route === 'chat');
  await until(() => line() !== undefined, 10);
  expect(line()).toMatchObject({ status: 200, cut: true });
  expect(line()).not.toHaveProperty('code');
  bed.upstream.handle = (_request, response) => response.end('{}');
  await until(async () => (await bed.post('/v1/chat/completions', body)).status === 200);
  socket.destroy();
});
