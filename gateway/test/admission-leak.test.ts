import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { errorOf, MODEL, startTestBed } from './support/gateway.ts';
import { head } from './support/raw-http.ts';
import { sendToken } from './support/send.ts';
import { until } from './support/until.ts';

test('a caller who leaves while the token is checked gives its place back', { timeout: 20_000 }, async () => {
  await using bed = await startTestBed({ SERVER_MAX_CONCURRENT_REQUESTS: '1', OIDC_KEYS_COOLDOWN: '1s' });
  await bed.issuer.rotate(true);
  const token = await bed.issuer.token();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const answer = bed.issuer.answerKeys;
  bed.issuer.answerKeys = (response) => void released.then(() => answer(response));
  // A token under a new key makes the gateway ask the issuer, who holds the answer back; before the cooldown is over it is refused.
  const sockets: ReturnType<typeof connect>[] = [];
  await until(() => {
    const socket = connect(Number(new URL(bed.url).port), '127.0.0.1').on('error', () => {});
    sockets.push(socket);
    socket.write(
      `${head('POST /v1/chat/completions HTTP/1.1', 'Host: x', `Authorization: Bearer ${token}`, 'Content-Length: 2')}{}`,
    );
    return bed.issuer.fetches === 2;
  });
  for (const socket of sockets) socket.destroy();
  await until(() => bed.log.some((line) => line['status'] === 499));
  release();
  await until(async () => (await sendToken(bed, token)).status === 200);
});

test('bodies under way share a budget, and give it back', { timeout: 30_000 }, async () => {
  await using bed = await startTestBed({ SERVER_MAX_REQUEST_BODY_SIZE: '16MiB' });
  const answers: (() => void)[] = [];
  bed.upstream.handle = (_request, response) => answers.push(() => response.end('{}'));
  const body = JSON.stringify({ model: MODEL, pad: 'x'.repeat(15.9 * 1024 * 1024) });
  const running = Array.from({ length: 8 }, () => bed.post('/v1/chat/completions', body));
  await until(() => answers.length === 8, 20);
  const more = await bed.post('/v1/chat/completions', body);
  expect([more.status, (await errorOf(more)).code]).toEqual([503, 'overloaded']);
  for (const answer of answers) answer();
  for (const response of await Promise.all(running)) expect(response.status).toBe(200);
  bed.upstream.handle = (_request, response) => response.end('{}');
  expect((await bed.post('/v1/chat/completions', body)).status).toBe(200);
});

test('garbage behind a request whose answer runs is never answered into it', async () => {
  await using bed = await startTestBed();
  bed.upstream.handle = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: 1\n\n');
  };
  const body = JSON.stringify({ model: MODEL });
  const socket = connect(Number(new URL(bed.url).port), '127.0.0.1');
  let got = '';
  socket.on('data', (chunk) => {
    got += chunk;
  });
  const authorization = `Authorization: Bearer ${await bed.issuer.token()}`;
  socket.write(
    head('POST /v1/chat/completions HTTP/1.1', 'Host: x', authorization, `Content-Length: ${body.length}`) + body,
  );
  await until(() => got.includes('data: 1'));
  socket.write('garbage\r\n\r\n');
  await once(socket, 'close');
  expect(got).not.toContain('HTTP/1.1 400');
});
