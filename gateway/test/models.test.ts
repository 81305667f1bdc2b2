import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';
import { answerJson, startUpstream, type TestUpstream } from './support/upstream.ts';

const list = (...ids: string[]) =>
  answerJson({ object: 'list', data: ids.map((id) => ({ id, object: 'model', created: 7, owned_by: 'x' })) });

let second: TestUpstream;
let bed: TestBed;
beforeAll(async () => {
  second = await startUpstream(list('gpt-4o', 'gpt-4o-mini'));
  bed = await startTestBed({
    OPENAI_API_URL: second.url,
    OPENAI_API_KEY: 'sk',
    OLLAMA_API_URL: 'http://127.0.0.1:1/v1',
    DISALLOWED_MODELS: 'gpt-4o',
  });
  bed.upstream.handle = list('meta-llama/llama-3', 'models/gemini');
});
afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  await second.close();
});

const ids = async () =>
  ((await (await bed.request('/v1/models')).json()) as { data: { id: string }[] }).data.map(({ id }) => id);

test('the list is the union over providers, only what may be used, and a dead provider does not empty it', async () => {
  expect(await ids()).toEqual(['openai/gpt-4o-mini', 'llamacpp/meta-llama/llama-3', 'llamacpp/gemini']);
  expect(second.received.at(-1)?.headers.authorization).toBe('Bearer sk');
});

test('the list is cached', async () => {
  await ids();
  const asked = second.received.length;
  await Promise.all([ids(), ids(), ids()]);
  expect(second.received).toHaveLength(asked);
});

test.each(['llamacpp/meta-llama/llama-3', 'llamacpp%2Fmeta-llama%2Fllama-3'])(
  'GET /v1/models/%s finds one',
  async (id) => {
    const response = await bed.request(`/v1/models/${id}`);
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { id: 'llamacpp/meta-llama/llama-3', owned_by: 'x' },
    ]);
  },
);

test.each(['openai/gpt-4o', 'openai/none'])(
  'a model that may not be used is as unknown as one that is not there: %s',
  async (id) => {
    const response = await bed.request(`/v1/models/${id}`);
    expect([response.status, (await errorOf(response)).code]).toEqual([404, 'model_not_found']);
  },
);

test('the list needs a token', async () => {
  expect((await fetch(`${bed.url}/v1/models`)).status).toBe(401);
});

test('when no provider has ever answered it is 502, and not an empty list', async () => {
  await using dead = await startTestBed({ LLAMACPP_API_URL: 'http://127.0.0.1:1/v1' });
  const response = await dead.request('/v1/models');
  expect([response.status, (await errorOf(response)).code]).toEqual([502, 'upstream_unreachable']);
});
