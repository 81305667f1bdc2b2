import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { answerJson } from './support/upstream.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed({ OLLAMA_API_URL: 'http://127.0.0.1:1/v1' });
});
afterAll(() => bed[Symbol.asyncDispose]());

const chat = (model = MODEL) => bed.post('/v1/chat/completions', { model });

test.each([401, 403, 407])("a provider's %i is about the gateway's key: 502 upstream_auth_failed", async (status) => {
  bed.upstream.handle = answerJson({ error: { message: 'Incorrect API key provided: sk-secret' } }, status, {
    'www-authenticate': 'Bearer',
  });
  const response = await chat();
  expect(response.status).toBe(502);
  expect(response.headers.has('www-authenticate')).toBe(false);
  const error = await errorOf(response);
  expect(error.code).toBe('upstream_auth_failed');
  expect(JSON.stringify(error)).not.toContain('sk-secret');
});

test.each([400, 402, 404, 409, 413, 422, 429, 500, 503])(
  "a provider's %i passes with its body and headers",
  async (status) => {
    const body = { error: { message: 'theirs', code: 'their_code' } };
    bed.upstream.handle = answerJson(body, status, { 'retry-after': '3', 'x-ratelimit-limit-requests': '5' });
    const response = await chat();
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(body);
    expect([response.headers.get('retry-after'), response.headers.get('x-ratelimit-limit-requests')]).toEqual([
      '3',
      '5',
    ]);
  },
);

test.each([302, 308])("a provider's redirect (%i) is not followed and not passed on", async (status) => {
  bed.upstream.handle = answerJson({}, status, { location: 'http://127.0.0.1:1/' });
  const response = await chat();
  expect([response.status, (await errorOf(response)).code]).toEqual([502, 'upstream_invalid']);
  expect(response.headers.has('location')).toBe(false);
});

test('a provider that cannot be reached is 502 upstream_unreachable', async () => {
  const response = await chat('ollama/llama3');
  expect([response.status, (await errorOf(response)).code]).toEqual([502, 'upstream_unreachable']);
});

test('a connection that ends before an answer is 502 upstream_interrupted', async () => {
  bed.upstream.handle = (_request, response) => response.destroy();
  const response = await chat();
  expect([response.status, (await errorOf(response)).code]).toEqual([502, 'upstream_interrupted']);
});

test('what is no HTTP is 502 upstream_invalid', async () => {
  bed.upstream.handle = (_request, response) => response.socket?.end('220 smtp.example.com ESMTP\r\n');
  const response = await chat();
  expect([response.status, (await errorOf(response)).code]).toEqual([502, 'upstream_invalid']);
});

test('a plain answer that breaks off is cut, so that nobody takes it for whole', async () => {
  bed.upstream.handle = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"half":', () => response.destroy());
  };
  await expect(chat().then((response) => response.text())).rejects.toThrow();
});
