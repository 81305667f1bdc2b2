import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { answerJson } from './support/upstream.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed({ ANTHROPIC_API_KEY: 'sk-ant', OPENAI_API_KEY: 'sk-oa' });
});
afterAll(() => bed[Symbol.asyncDispose]());

test('a request reaches the provider that its model names, the prefix cut and nothing else changed', async () => {
  bed.upstream.handle = answerJson({ object: 'chat.completion', choices: [] });
  const response = await bed.post('/v1/chat/completions', `{ "messages":[ ], "model" : "${MODEL}", "seed": 1.0 }`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ object: 'chat.completion', choices: [] });
  expect(bed.upstream.received.at(-1)).toMatchObject({ method: 'POST', url: '/v1/chat/completions' });
  expect(bed.upstream.received.at(-1)?.body.toString()).toBe('{ "messages":[ ], "model" : "test-model", "seed": 1.0 }');
});

test.each([
  ...['chat/completions', 'completions', 'embeddings', 'responses', 'moderations', 'rerank'],
  ...['images/generations', 'audio/speech'],
])('POST /v1/%s is forwarded', async (path) => {
  expect((await bed.post(`/v1/${path}`, { model: MODEL })).status).toBe(200);
  expect(bed.upstream.received.at(-1)).toMatchObject({ method: 'POST', url: `/v1/${path}` });
});

test('?provider= picks the provider and leaves the body as it is', async () => {
  await bed.post('/v1/chat/completions?provider=llamacpp', '{"model":"openai/gpt-oss"}');
  expect(bed.upstream.received.at(-1)?.body.toString()).toBe('{"model":"openai/gpt-oss"}');
  expect(bed.upstream.received.at(-1)?.url).toBe('/v1/chat/completions');
});

test("Anthropic's format goes only to providers that speak it", async () => {
  const response = await bed.post('/v1/messages', { model: MODEL });
  expect(response.status).toBe(404);
  expect((await errorOf(response)).code).toBe('endpoint_not_supported');
});

describe('what cannot be forwarded is refused', () => {
  test.each([
    ['a body without a model', '{"messages":[]}', 400, 'model_missing'],
    ['a model without a provider', '{"model":"gpt-4o"}', 404, 'model_not_found'],
    ['a provider that is not on', '{"model":"groq/llama"}', 404, 'model_not_found'],
    ['a provider alone', '{"model":"llamacpp/"}', 404, 'model_not_found'],
    ['an empty model', '{"model":""}', 400, 'model_malformed'],
    ['white space in the name', '{"model":"llamacpp/a b"}', 400, 'model_malformed'],
    ['a model that is a number', '{"model":7}', 400, 'model_malformed'],
    ['two models', '{"model":"llamacpp/a","model":"llamacpp/b"}', 400, 'model_repeated'],
    ['no JSON', 'hello', 400, 'body_malformed'],
    ['a list', '[]', 400, 'body_malformed'],
    ['nothing', '', 400, 'body_malformed'],
  ])('%s', async (_name, body, status, code) => {
    const seen = bed.upstream.received.length;
    const response = await bed.post('/v1/chat/completions', body);
    expect({ status: response.status, code: (await errorOf(response)).code }).toEqual({ status, code });
    expect(bed.upstream.received).toHaveLength(seen);
  });
});

test('an unknown path is 404 and a wrong method 405 with Allow, behind authentication', async () => {
  expect((await errorOf(await bed.post('/v1/nothing', {}))).code).toBe('not_found');
  const wrong = await bed.request('/v1/chat/completions');
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await fetch(`${bed.url}/v1/nothing`)).status).toBe(401);
});
