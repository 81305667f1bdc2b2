import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from './server.ts';

let server: ModelServer;
let closed: ModelServer;

beforeAll(async () => {
  server = await startModelServer({ chunkDelayMs: 0 });
  closed = await startModelServer({ apiKey: 'sesame', chunkDelayMs: 0 });
});
afterAll(() => Promise.all([server.close(), closed.close()]));

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });

const chat = '{"model":"demo-chat","messages":[{"role":"user","content":"Hi"}]}';

test.each([
  ['malformed JSON', '/v1/chat/completions', '{', 400, 'invalid_json'],
  ['JSON that is no object', '/v1/chat/completions', '[]', 400, 'invalid_json'],
  ['no model', '/v1/chat/completions', '{}', 400, 'missing_model'],
  ['an unknown model', '/v1/chat/completions', '{"model":"gpt"}', 404, 'model_not_found'],
  ['no messages', '/v1/chat/completions', '{"model":"demo-chat"}', 400, 'invalid_messages'],
  ['a token limit that is none', '/v1/completions', '{"model":"demo-chat","max_tokens":0}', 400, 'invalid_token_limit'],
  ['no input', '/v1/embeddings', '{"model":"demo-embed"}', 400, 'invalid_input'],
  ['an unknown path', '/v1/nothing', '{}', 404, 'unknown_url'],
])('%s is refused', async (_case, path, body, status, code) => {
  const response = await post(path, body);
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { code } });
});

test('a wrong method, content type or form is refused', async () => {
  expect((await fetch(`${server.url}/v1/chat/completions`)).status).toBe(405);
  expect((await post('/v1/embeddings', 'a=b', { 'content-type': 'text/plain' })).status).toBe(415);
  const form = { 'content-type': 'multipart/form-data; boundary=x' };
  expect((await post('/v1/audio/transcriptions', 'no form', form)).status).toBe(400);
});

test("Anthropic's endpoint refuses in Anthropic's shape", async () => {
  const response = await post('/v1/messages', '{"model":"demo-chat"}');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
});

test('a key, when set, is required; health needs none', async () => {
  const call = (headers: Record<string, string>) => fetch(`${closed.url}/v1/models`, { headers });
  expect((await call({})).status).toBe(401);
  expect((await call({ authorization: 'Bearer open' })).status).toBe(401);
  expect((await call({ authorization: 'Bearer sesame' })).status).toBe(200);
  expect((await call({ 'x-api-key': 'sesame' })).status).toBe(200);
  expect((await fetch(`${closed.url}/health`)).status).toBe(200);
});

test('a caller who leaves in the middle of a stream does no harm', async () => {
  const slow = await startModelServer({ chunkDelayMs: 5 });
  const socket = connect(Number(new URL(slow.url).port), '127.0.0.1');
  const body = chat.replace('}]}', '}],"stream":true}');
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  await once(socket, 'data');
  socket.destroy();
  const next = await fetch(`${slow.url}/v1/models`);
  expect(next.status).toBe(200);
  await slow.close();
});

test('a taken port is an error', async () => {
  const port = Number(new URL(server.url).port);
  await expect(startModelServer({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});
