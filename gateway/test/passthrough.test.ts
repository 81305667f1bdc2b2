import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';
import { head, sendRaw } from './support/raw-http.ts';

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

test.each(['HEAD', 'TRACE'])('%s is never let through, not even by *', async (method) => {
  await using open = await startTestBed({ PROXY_ROUTES: '* llamacpp/*' });
  const { answers } = await sendRaw(
    open.url,
    head(`${method} /proxy/llamacpp/models HTTP/1.1`, 'Host: x', `Authorization: Bearer ${await open.issuer.token()}`),
  );
  expect(answers[0]?.status).toBe(403);
  expect(open.upstream.received).toEqual([]);
});

const FORM = '--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nsecret\r\n--b--\r\n';
const utf16 = Buffer.from('\ufeff{"model":"secret"}', 'utf16le');

test.each<[string, string, string | Buffer]>([
  ['JSON', 'application/json', '{"model":"secret"}'],
  ['JSON as text', 'text/plain', '{"model":"secret"}'],
  ['JSON as bytes', 'application/octet-stream', '{"model":"secret"}'],
  ['JSON behind 1024 spaces', 'application/json', `${' '.repeat(1024)}{"model":"secret"}`],
  ['JSON in UTF-16', 'application/json', utf16],
  ['JSON in UTF-16, the other way round', 'application/json', Buffer.from(utf16).swap16()],
  ['a name with white space', 'application/json', '{"model":"secret "}'],
  ['a name with a character that is not seen', 'application/json', '{"model":"\\u200bsecret"}'],
  ['an empty name', 'application/json', '{"model":""}'],
  ['an endless name', 'multipart/form-data; boundary=b', FORM.replace('secret', 'x'.repeat(100_000))],
  ['an encoded form', 'application/x-www-form-urlencoded', 'model=secret'],
  ['a form', 'multipart/form-data; boundary=b', FORM],
  ['a form without its semicolon', 'multipart/form-data boundary=b', FORM],
  ['another multipart', 'multipart/mixed; boundary=b', FORM],
  ['a list of types', 'application/json, multipart/form-data; boundary=b', FORM],
])('while there are lists, a model cannot be hidden: %s', async (_name, type, body) => {
  const seen = bed.upstream.received.length;
  const refused = await bed.request('/proxy/llamacpp/chat/completions', {
    method: 'POST',
    headers: { 'content-type': type },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
  expect([400, 403]).toContain(refused.status);
  expect(bed.upstream.received).toHaveLength(seen);
});

test('with a list of allowed models, a body that names none is refused', async () => {
  await using strict = await startTestBed({ PROXY_ROUTES: 'POST llamacpp/batches', ALLOWED_MODELS: 'llamacpp/good' });
  const refused = await strict.post('/proxy/llamacpp/batches', '{"input_file_id":"file-1"}');
  expect([refused.status, (await errorOf(refused)).code]).toEqual([403, 'model_not_allowed']);
  expect((await strict.post('/proxy/llamacpp/batches', '{"model":"good"}')).status).toBe(200);
});

test('without PROXY_ROUTES there is no /proxy, and it needs a token all the same', async () => {
  await using off = await startTestBed();
  expect((await off.request('/proxy/llamacpp/files/x')).status).toBe(404);
  expect((await fetch(`${off.url}/proxy/llamacpp/files/x`)).status).toBe(401);
});
