import OpenAI from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collect } from './collect.ts';
import { type ModelServer, startModelServer } from './server.ts';

let server: ModelServer;
let client: OpenAI;
const messages = [{ role: 'user' as const, content: 'Hello!' }];
const text =
  'You said: "Hello!" I am the demo model behind this gateway, and I always give the same answer to the same question.';

beforeAll(async () => {
  server = await startModelServer({ chunkDelayMs: 1 });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

test('models are listed and found by id', async () => {
  const ids = (await client.models.list()).data.map((model) => model.id);
  expect(ids).toContain('demo-chat');
  expect((await client.models.retrieve('demo-embed')).id).toBe('demo-embed');
});

test('a chat echoes what the user said last, the same way each time', async () => {
  const [first, second] = [
    await client.chat.completions.create({ model: 'demo-chat', messages }),
    await client.chat.completions.create({ model: 'demo-chat', messages }),
  ];
  expect(first.choices[0]?.message.content).toBe(text);
  expect(first.usage).toEqual({ prompt_tokens: 1, completion_tokens: 22, total_tokens: 23 });
  expect(second).toEqual(first);
});

test('a stream brings the same text word by word, and its usage when asked', async () => {
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  const stream = await client.chat.completions.create({ model: 'demo-chat', messages, ...options });
  const chunks = await collect(stream);
  const words = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '');
  expect(words.filter(Boolean)).toHaveLength(22);
  expect(words.join('')).toBe(text);
  expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
  expect(chunks.at(-1)?.usage?.total_tokens).toBe(23);
});

test('a stream without include_usage has none and ends with [DONE]', async () => {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo-chat', messages, stream: true }),
  });
  const body = await response.text();
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(body).not.toContain('usage');
  expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
});

test('a token limit cuts the answer', async () => {
  const answer = await client.chat.completions.create({ model: 'demo-chat', messages, max_completion_tokens: 2 });
  expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'You said: ' } });
});

test('the older completions answer and stream', async () => {
  const request = { model: 'demo-chat', prompt: 'Hello!' };
  expect((await client.completions.create(request)).choices[0]?.text).toBe(text);
  const chunks = await collect(await client.completions.create({ ...request, stream: true }));
  expect(chunks.map((chunk) => chunk.choices[0]?.text).join('')).toBe(text);
});

test('responses answer and stream', async () => {
  const request = { model: 'demo-chat', input: 'Hello!' };
  const answer = await client.responses.create(request);
  expect(answer).toMatchObject({ status: 'completed', output_text: text });
  const stream = client.responses.stream(request);
  const types = (await collect(stream)).map((event) => event.type);
  expect(types.slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
  expect(types.at(-1)).toBe('response.completed');
  expect((await stream.finalResponse()).output_text).toBe(text);
});
