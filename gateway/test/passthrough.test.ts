import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed({
    PROXY_ROUTES:
      'GET llamacpp/files/*, POST llamacpp/batches, DELETE llamacpp/files/*, POST llamacpp/chat/completions',
    DISALLOWED_MODELS: 'secret',
  });
});
afterAll(() => bed[Symbol.asyncDispose]());

test('a listed route passes method, path, query and body as they are', async () => {
  expect((await bed.request('/proxy/llamacpp/files/file-1/content?limit=2&order=asc')).status).toBe(200);
  expect(bed.upstream.received.at(-1)).toMatchObject({
    method: 'GET',
    url: '/v1/files/file-1/content?limit=2&order=asc',
  });
  await bed.post('/proxy/llamacpp/batches', '{"input":"x"}');
  expect(bed.upstream.received.at(-1)?.body.toString()).toBe('{"input":"x"}');
});

/** Sends a path as it stands; fetch would normalize it. */
async function statusOfRawPath(path: string, method = 'GET'): Promise<number> {
  const authorization = `Bearer ${await bed.issuer.token()}`;
  return new Promise((resolve, reject) => {
    const sent = request(bed.url, { path, method, headers: { authorization } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject).end();
  });
}

test.each([
  ['GET', '/proxy/llamacpp/models'],
  ['POST', '/proxy/llamacpp/files/x'],
  ['GET', '/proxy/openai/files/x'],
  ['GET', '/proxy/llamacpp/files/'],
  ['GET', '/proxy/llamacpp/files/../models'],
  ['GET', '/proxy/llamacpp/files/%2e%2e/models'],
  ['GET', '/proxy/llamacpp/files/..%2fmodels'],
  ['GET', '/proxy/llamacpp/files/.%2e/models'],
  ['GET', '/proxy/llamacpp/files//models'],
  ['GET', '/proxy/llamacpp/files/x/./y'],
  ['GET', '/proxy/llamacpp/files\\..\\models'],
  ['GET', '/proxy/llamacpp/files/x;/../y'],
])('%s %s is not let through', async (method, path) => {
  const seen = bed.upstream.received.length;
  expect([403, 400]).toContain(await statusOfRawPath(path, method));
  expect(bed.upstream.received).toHaveLength(seen);
});

test.each(['application/json', 'text/plain', 'application/octet-stream'])(
  'a model that the body names is held to the lists, as %s too',
  async (type) => {
    const refused = await bed.post('/proxy/llamacpp/chat/completions', '{"model":"secret"}', { 'content-type': type });
    expect([refused.status, (await errorOf(refused)).code]).toEqual([403, 'model_not_allowed']);
  },
);

test('without PROXY_ROUTES there is no /proxy, and it needs a token all the same', async () => {
  await using off = await startTestBed();
  expect((await off.request('/proxy/llamacpp/files/x')).status).toBe(404);
  expect((await fetch(`${off.url}/proxy/llamacpp/files/x`)).status).toBe(401);
});
