import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { codeOf, head, sendRaw, smuggled, wasSmuggled } from './support/raw-http.ts';

let bed: TestBed;
let good: string;
let inner: string;
beforeAll(async () => {
  bed = await startTestBed();
  good = `Authorization: Bearer ${await bed.issuer.token()}`;
  inner = await smuggled(bed);
});
afterAll(() => bed[Symbol.asyncDispose]());

const BODY = `{"model":"${MODEL}"}`;
const request = (...lines: string[]) =>
  head('POST /v1/chat/completions HTTP/1.1', 'Host: x', ...lines, `Content-Length: ${BODY.length}`) + BODY + inner;

test.each<[string, () => string]>([
  ['a value that goes on in the next line', () => request('Authorization: Bearer', ` ${good.slice(22)}`)],
  ['a header that goes on in the next line', () => request(good, 'X-A: b', '\tTransfer-Encoding: chunked')],
  ['a bare LF between headers', () => request(`X-A: b\n${good}`)],
  ['bare LFs only', () => request(good).replaceAll('\r\n', '\n')],
  ['a bare CR between headers', () => request(`X-A: b\r${good}`)],
  ['a bare CR in a value', () => request(good, 'X-A: b\rTransfer-Encoding: chunked')],
  ['CR CR LF', () => request(`${good}\r`, 'X-A: b')],
  ['a zero byte in a value', () => request(good, 'X-A: b\0c')],
  ['a zero byte in a name', () => request(good, 'Transfer-Encoding\0: chunked')],
  ['a control character in a value', () => request(good, 'X-A: \x01')],
  ['DEL in a value', () => request(good, 'X-A: \x7f')],
  ['a space before the colon', () => request(good, 'Transfer-Encoding : chunked')],
  ['a tab before the colon', () => request(good.replace(':', '\t:'))],
  ['a space before the name', () => request(` ${good}`)],
  ['a line without a colon', () => request(good, 'nonsense')],
  ['an empty name', () => request(good, ': chunked')],
  ['a name beyond ASCII', () => request(good, 'X-\xe9: b')],
  ['a name in quotation marks', () => request(good, '"Transfer-Encoding": chunked')],
])('%s: refused as malformed, and the connection ends', async (_name, bytes) => {
  const before = bed.upstream.received.length;
  const { answers, open } = await sendRaw(bed.url, bytes());
  expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual([[400, 'request_malformed']]);
  expect(open).toBe(false);
  expect(bed.upstream.received.length).toBe(before);
  expect(wasSmuggled(bed)).toBe(false);
});

test.each([100, 500, 999, 1000, 1001, 1999, 2000, 2001, 5000])(
  'behind %d other headers a second Authorization is still seen, or all is refused as too large',
  async (count) => {
    const many = Array.from({ length: count }, () => 'X: a');
    const bytes = head('POST /v1/chat/completions HTTP/1.1', 'Host: x', good, ...many, 'Authorization: Basic eDp5');
    const { answers } = await sendRaw(bed.url, bytes);
    expect(answers).toHaveLength(1);
    expect(['credentials_repeated', 'headers_too_large']).toContain(answers[0] && codeOf(answers[0]));
  },
);

test.each<[string, () => string]>([
  ['a value', () => head('GET /v1/models HTTP/1.1', 'Host: x', `X-A: ${'a'.repeat(60_000)}`)],
  ['a name', () => head('GET /v1/models HTTP/1.1', 'Host: x', `${'a'.repeat(60_000)}: x`)],
  ['the token', () => head('GET /v1/models HTTP/1.1', 'Host: x', `Authorization: Bearer ${'a'.repeat(60_000)}`)],
  ['the target', () => head(`GET /v1/${'a'.repeat(60_000)} HTTP/1.1`, 'Host: x')],
  ['the head that never ends', () => `GET /v1/models HTTP/1.1\r\n${'X-A: b\r\n'.repeat(10_000)}`],
])('%s that is too large: 431 in our shape, and the connection ends', async (_name, bytes) => {
  const { answers, open } = await sendRaw(bed.url, bytes());
  expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual([[431, 'headers_too_large']]);
  expect(answers[0]?.headers.get('content-type')).toBe('application/json');
  expect(open).toBe(false);
});
