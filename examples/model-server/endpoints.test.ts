import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ModelServer, startModelServer } from './server.ts';
import { isJson, type Json } from './types.ts';

let server: ModelServer;
let client: OpenAI;

beforeAll(async () => {
  server = await startModelServer({ chunkDelayMs: 0 });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

async function post(path: string, body: Json): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${server.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const cosine = (a: number[] = [], b: number[] = []) =>
  a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);

test('embeddings are the same as floats and as base64, of length 1, and closer for similar texts', async () => {
  const request = { model: 'demo-embed', input: ['a red car', 'the red car', 'blue ocean water'] };
  const floats = await client.embeddings.create({ ...request, encoding_format: 'float' });
  const decoded = await client.embeddings.create(request); // the SDK asks for base64 and decodes it
  const [one, two, three] = floats.data.map((row) => row.embedding);
  expect(decoded.data[0]?.embedding).toEqual(one);
  expect(one).toHaveLength(64);
  expect(cosine(one, one)).toBeCloseTo(1, 5);
  expect(cosine(one, two)).toBeGreaterThan(cosine(one, three));
  expect(floats.usage).toEqual({ prompt_tokens: 9, total_tokens: 9 });
});

test('embeddings take a number of dimensions', async () => {
  const answer = await client.embeddings.create({ model: 'demo-embed', input: 'x', dimensions: 8 });
  expect(answer.data[0]?.embedding).toHaveLength(8);
});

test('moderations flag violence only', async () => {
  const { results } = await client.moderations.create({
    model: 'demo-moderation',
    input: ['a nice day', 'I kill you'],
  });
  expect(results.map((result) => result.flagged)).toEqual([false, true]);
});

test('an image is a PNG', async () => {
  const answer = await client.images.generate({ model: 'demo-image', prompt: 'a cat' });
  const bytes = Buffer.from(answer.data?.[0]?.b64_json ?? '', 'base64');
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
});

test('a transcription tells the uploaded file', async () => {
  const file = await toFile(Buffer.from('12345'), 'voice.wav');
  const answer = await client.audio.transcriptions.create({ model: 'demo-transcribe', file });
  expect(answer.text).toBe('A recording named voice.wav of 5 bytes.');
});

test('speech is a WAV', async () => {
  const answer = await client.audio.speech.create({ model: 'demo-speech', voice: 'alloy', input: 'one two' });
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(bytes.subarray(0, 4).toString()).toBe('RIFF');
  expect(bytes).toHaveLength(44 + 0.2 * 8000 * 2);
});

test('rerank sorts documents by the words they share with the query', async () => {
  const documents = ['a blue boat', 'the red car', { text: 'car' }];
  const answer: unknown = await (
    await post('/v1/rerank', { model: 'demo-rerank', query: 'red car', documents })
  ).json();
  const results = isJson(answer) && Array.isArray(answer['results']) ? answer['results'] : [];
  expect(results.map((row: { index: number }) => row.index)).toEqual([1, 2, 0]);
});

test("Anthropic's messages answer and stream", async () => {
  const request = { model: 'demo-chat', max_tokens: 100, messages: [{ role: 'user', content: 'Hello!' }] };
  const answer: unknown = await (await post('/v1/messages', request)).json();
  expect(answer).toMatchObject({ type: 'message', stop_reason: 'end_turn', usage: { input_tokens: 1 } });
  const stream = await (await post('/v1/messages', { ...request, stream: true })).text();
  expect(stream.match(/^event: .+$/gm)?.filter((line, index, all) => line !== all[index - 1])).toEqual([
    'event: message_start',
    'event: content_block_start',
    'event: content_block_delta',
    'event: content_block_stop',
    'event: message_delta',
    'event: message_stop',
  ]);
});
