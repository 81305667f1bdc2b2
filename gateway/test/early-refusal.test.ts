import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBed, type TestBed } from './support/gateway.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

/** What a refusal waits for at most, and a part of it in which a body arrives. */
const WAIT_MS = 100;
const SOON_MS = 20;

/** The head of a request that will be refused; its body is still to come. */
async function refused(...lines: string[]): Promise<{ socket: Socket; received: () => string }> {
  const { hostname, port } = new URL(bed.url);
  const socket = connect({ host: hostname, port: Number(port) });
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  await once(socket, 'connect');
  socket.write(['POST /v1/chat/completions HTTP/1.1', 'Host: x', ...lines, '', ''].join('\r\n'));
  return { socket, received: () => text };
}

test('a refusal lets a body arrive that is on its way, so that proxies need not break the request off', async () => {
  const { socket, received } = await refused('Content-Length: 2');
  await delay(SOON_MS);
  expect(received()).toBe('');
  socket.write('{}');
  await expect.poll(received, { timeout: WAIT_MS * 20, interval: 5 }).toContain('credentials_missing');
  socket.destroy();
});

test.each([
  ['that never comes', ['Content-Length: 2']],
  ['in pieces without an end', ['Transfer-Encoding: chunked']],
  ['that waits to be asked for', ['Content-Length: 2', 'Expect: 100-continue']],
])('a body %s does not hold the refusal up', async (_, lines) => {
  const { socket, received } = await refused(...lines);
  await expect
    .poll(received, { timeout: WAIT_MS * 20, interval: 5 })
    .toMatch(/^HTTP\/1\.1 401 [\s\S]*credentials_missing/);
  socket.destroy();
});
