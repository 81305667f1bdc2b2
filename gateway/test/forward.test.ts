import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { answerJson } from './support/upstream.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

test('a chat request reaches the provider that its model names, the prefix cut and nothing else changed', async () => {
  bed.upstream.handle = answerJson({ object: 'chat.completion', choices: [] });
  const response = await bed.post('/v1/chat/completions', `{ "messages":[ ], "model" : "${MODEL}", "seed": 1.0 }`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ object: 'chat.completion', choices: [] });
  expect(bed.upstream.received.at(-1)).toMatchObject({ method: 'POST', url: '/v1/chat/completions' });
  expect(bed.upstream.received.at(-1)?.body.toString()).toBe('{ "messages":[ ], "model" : "test-model", "seed": 1.0 }');
});
