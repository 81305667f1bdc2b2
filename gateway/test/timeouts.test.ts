import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { listenOnLoopback } from './support/listen.ts';
import { until } from './support/until.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed({ UPSTREAM_FIRST_BYTE_TIMEOUT: '300ms', UPSTREAM_IDLE_TIMEOUT: '500ms' });
});
afterAll(() => bed[Symbol.asyncDispose]());

test('a provider that does not begin in time is 504, and its work is ended', async () => {
  let left = false;
  bed.upstream.handle = (_request, response) => {
    response.once('close', () => {
      left = true;
    });
  };
  const response = await bed.post('/v1/chat/completions', { model: MODEL });
  const error = await errorOf(response);
  expect([response.status, error.code]).toEqual([504, 'upstream_timeout']);
  expect(error.message).toContain('first byte');
  await until(() => left);
});

test('headers alone are no first byte', async () => {
  bed.upstream.handle = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  };
  const response = await bed.post('/v1/chat/completions', { model: MODEL });
  expect(await response.text()).toContain('"upstream_timeout"');
});

test('a stream that moves may last longer than every timeout', async () => {
  bed.upstream.handle = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let count = 0;
    const timer = setInterval(() => {
      response.write(`data: ${count++}\n\n`);
      if (count === 8) {
        clearInterval(timer);
        response.end();
      }
    }, 150);
  };
  const response = await bed.post('/v1/chat/completions', { model: MODEL });
  expect((await response.text()).split('\n\n').filter(Boolean)).toHaveLength(8);
});

test('a provider that takes a connection and never speaks is 504 after the connect timeout', async () => {
  const silent = createServer();
  const { port, close } = await listenOnLoopback(silent);
  await using bed = await startTestBed({
    OLLAMA_API_URL: `https://127.0.0.1:${port}/v1`,
    UPSTREAM_CONNECT_TIMEOUT: '200ms',
  });
  const response = await bed.post('/v1/chat/completions', { model: 'ollama/llama3' });
  expect([response.status, (await errorOf(response)).message]).toEqual([504, expect.stringContaining('connect')]);
  await close();
});
