import { connect } from 'node:net';
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import type { GatewayEnv } from '../http/exchange.ts';
import { createGatewayServer } from '../http/server.ts';
import { makeCertificates, writeFiles } from './support/certificates.ts';
import { MODEL, startTestBed } from './support/gateway.ts';
import { listenOnLoopback } from './support/listen.ts';
import { head } from './support/raw-http.ts';
import { until } from './support/until.ts';

test.each(['http', 'https'])(
  'what is malformed is not kept open by a caller who ignores the end (%s)',
  async (scheme) => {
    const { certificate, key } = await makeCertificates();
    const { certFile, keyFile } = writeFiles({ certFile: certificate, keyFile: key });
    const server = createGatewayServer(new Hono<GatewayEnv>(), scheme === 'https' ? { certFile, keyFile } : undefined);
    const { port, close } = await listenOnLoopback(server);
    const connections = () =>
      new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => {});
    await until(async () => (await connections()) === 1);
    socket.write('garbage\r\n\r\n');
    await until(async () => (await connections()) === 0);
    socket.destroy();
    await close();
  },
);

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
