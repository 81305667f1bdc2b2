import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { codeOf, head, sendRaw, smuggled, wasSmuggled } from './support/raw-http.ts';

let bed: TestBed;
let good: string;
let inner: string;
beforeAll(async () => {
  bed = await startTestBed({ SERVER_MAX_REQUEST_BODY_SIZE: '2KiB' });
  good = `Authorization: Bearer ${await bed.issuer.token()}`;
  inner = await smuggled(bed);
});
afterAll(() => bed[Symbol.asyncDispose]());

/** The whole body looks like requests; the gateway refuses before it has read it. */
const post = (path: string, body: string, ...lines: string[]) =>
  head(`POST ${path} HTTP/1.1`, 'Host: x', `Content-Length: ${body.length}`, ...lines) + body;

test.each<[string, () => string, string]>([
  ['without a token', () => post('/v1/chat/completions', inner), '401 credentials_missing'],
  ['with a bad token', () => post('/v1/chat/completions', inner, 'Authorization: Bearer x'), '401 token_malformed'],
  ['to an unknown path', () => post('/v1/unknown', inner, good), '404 not_found'],
  ['outside of /v1', () => post('/unknown', inner, good), '404 not_found'],
  ['under another method', () => post('/v1/models', inner, good), '405 method_not_allowed'],
  ['that is too large', () => post('/v1/chat/completions', inner.repeat(20), good), '413 body_too_large'],
  [
    'that is encoded',
    () => post('/v1/chat/completions', inner, good, 'Content-Encoding: gzip'),
    '415 encoding_not_supported',
  ],
  ['to a health check', () => post('/health', inner), '405 method_not_allowed'],
])('the body of a request %s is never the next request', async (_name, bytes, expected) => {
  const { answers, open } = await sendRaw(bed.url, bytes());
  expect(answers.map((answer) => `${answer.status} ${codeOf(answer)}`)).toEqual([expected]);
  expect(open).toBe(true);
  expect(wasSmuggled(bed)).toBe(false);
});

test('the body of a GET is never the next request', async () => {
  for (const lines of [[good], []]) {
    const bytes = head('GET /v1/unknown HTTP/1.1', 'Host: x', `Content-Length: ${inner.length}`, ...lines) + inner;
    expect((await sendRaw(bed.url, bytes)).answers).toHaveLength(1);
  }
  expect(wasSmuggled(bed)).toBe(false);
});

test('each pipelined request is checked for itself: a good one lends its token to none', async () => {
  const body = `{"model":"${MODEL}"}`;
  const before = bed.upstream.received.length;
  const path = '/v1/chat/completions';
  const bytes =
    post(path, body, good) + post(path, body) + post(path, body, good) + post(path, body, 'Authorization: Bearer x');
  const { answers } = await sendRaw(bed.url, bytes);
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 200, 401]);
  expect(bed.upstream.received.length).toBe(before + 2);
});

test('100-continue with a length that lies ends at its length', async () => {
  const bytes = head(
    'POST /v1/chat/completions HTTP/1.1',
    'Host: x',
    good,
    'Expect: 100-continue',
    'Content-Length: 2',
  );
  const { answers } = await sendRaw(bed.url, `${bytes}{}`);
  expect(answers.map((answer) => `${answer.status} ${codeOf(answer)}`)).toEqual(['400 model_missing']);
});
