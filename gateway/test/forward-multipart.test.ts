import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, MODEL, startTestBed, type TestBed } from './support/gateway.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const audio = new Blob([Uint8Array.from({ length: 256 }, (_, byte) => byte)], { type: 'audio/wav' });

async function transcribe(fields: Record<string, string>, query = '') {
  const form = new FormData();
  form.set('file', audio, 'speech.wav');
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return bed.request(`/v1/audio/transcriptions${query}`, { method: 'POST', body: form });
}

/** The form as the provider read it, by a reader that is not ours. */
async function received(): Promise<FormData> {
  const { headers, body } = bed.upstream.received.at(-1) ?? { headers: {}, body: Buffer.alloc(0) };
  return new Response(new Uint8Array(body), { headers: { 'content-type': headers['content-type'] ?? '' } }).formData();
}

test('the model of a form picks the provider, its prefix is cut, and the file arrives byte for byte', async () => {
  expect((await transcribe({ model: MODEL, language: 'en' })).status).toBe(200);
  const form = await received();
  expect([form.get('model'), form.get('language')]).toEqual(['test-model', 'en']);
  expect(Buffer.from(await (form.get('file') as File).arrayBuffer())).toEqual(Buffer.from(await audio.arrayBuffer()));
});

test('?provider= serves forms whose model has no prefix, or that name none', async () => {
  expect((await transcribe({ model: 'whisper-1' }, '?provider=llamacpp')).status).toBe(200);
  expect((await received()).get('model')).toBe('whisper-1');
  expect((await transcribe({}, '?provider=llamacpp')).status).toBe(200);
  expect((await received()).has('model')).toBe(false);
});

test('a form without a model and without a provider is refused', async () => {
  expect((await errorOf(await transcribe({}))).code).toBe('model_missing');
});
