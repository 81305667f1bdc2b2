import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { MODEL, startTestBed } from './support/gateway.ts';

const BODY = JSON.stringify({ model: MODEL });

/** Asks before it sends the body, and sends it only when told to. */
async function ask(url: string, authorization: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: x',
    `Authorization: ${authorization}`,
    'Connection: close',
  ];
  socket.write(`${[...head, 'Expect: 100-continue', `Content-Length: ${BODY.length}`].join('\r\n')}\r\n\r\n`);
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.endsWith('100 Continue\r\n\r\n')) socket.write(BODY);
  }
  return text;
}

test('a caller who asks first is told to go on only behind authentication', async () => {
  await using bed = await startTestBed();
  expect(await ask(bed.url, 'Bearer nonsense')).toMatch(/^HTTP\/1\.1 401 /);
  expect(await ask(bed.url, `Bearer ${await bed.issuer.token()}`)).toMatch(
    /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/,
  );
  expect(bed.upstream.received.map(({ body }) => body.toString())).toEqual(['{"model":"test-model"}']);
});
