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
const SIZE = BODY.length.toString(16);
const CHUNK = `${SIZE}\r\n${BODY}\r\n`;
const request = (body: string, ...lines: string[]) =>
  head('POST /v1/chat/completions HTTP/1.1', 'Host: x', good, ...lines) + body;
const chunked = (body: string) => request(body, 'Transfer-Encoding: chunked');
const length = (text: string) => `Content-Length: ${text}`;

/** Readers differ on where these end; nothing behind the end that another might see is ever a request. */
test.each<[string, () => string]>([
  [
    'Content-Length and Transfer-Encoding',
    () => request(`0\r\n\r\n${inner}`, length(`${5 + inner.length}`), 'Transfer-Encoding: chunked'),
  ],
  [
    'Transfer-Encoding and Content-Length',
    () => request(`${CHUNK}0\r\n\r\n${inner}`, 'Transfer-Encoding: chunked', length('4')),
  ],
  ['two lengths', () => request(BODY + inner, length(`${BODY.length}`), length(`${BODY.length + inner.length}`))],
  ['two equal lengths', () => request(BODY + inner, length(`${BODY.length}`), length(`${BODY.length}`))],
  ['a list of lengths', () => request(BODY + inner, length(`${BODY.length}, ${BODY.length}`))],
  ...[
    '-1',
    `+${BODY.length}`,
    `0x${SIZE}`,
    `${BODY.length}abc`,
    '3 1',
    '3_1',
    '31e0',
    '31.0',
    '',
    '99999999999999999999999',
    '\u00b2',
  ].map((text): [string, () => string] => [
    `length ${JSON.stringify(text)}`,
    () => request(BODY + inner, length(text)),
  ]),
  ...[
    'xchunked',
    'chunkedx',
    'chunked, identity',
    'identity, chunked, identity',
    '"chunked"',
    'chunked;q=1',
    'chunked\x0b',
    'ch\x00unked',
    'x,chunk',
    'cow',
  ].map((text): [string, () => string] => [
    `transfer coding ${JSON.stringify(text)}`,
    () => request(`0\r\n\r\n${inner}`, `Transfer-Encoding: ${text}`),
  ]),
  [
    'two transfer codings in two headers',
    () => request(`0\r\n\r\n${inner}`, 'Transfer-Encoding: chunked', 'Transfer-Encoding: cow'),
  ],
  [
    'a coding beside a good length',
    () => request(BODY + inner, length(`${BODY.length}`), 'Transfer-Encoding: identity'),
  ],
  ['a chunk size that overflows', () => chunked(`100000000000000${SIZE}\r\n${BODY}\r\n0\r\n\r\n${inner}`)],
  ['a chunk size below zero', () => chunked(`-${SIZE}\r\n${BODY}\r\n0\r\n\r\n${inner}`)],
  ['a chunk size with 0x', () => chunked(`0x${SIZE}\r\n${BODY}\r\n0\r\n\r\n${inner}`)],
  ['a chunk size with a plus', () => chunked(`+${SIZE}\r\n${BODY}\r\n0\r\n\r\n${inner}`)],
  ['no chunk size', () => chunked(`\r\n${BODY}\r\n0\r\n\r\n${inner}`)],
  ['a chunk extension with a bare LF', () => chunked(`0;a\n\r\n${inner}`)],
  ['a chunk extension with a bare CR', () => chunked(`0;a\rb\r\n\r\n${inner}`)],
  ['a chunk that does not end', () => chunked(`${SIZE}\r\n${BODY}xx0\r\n\r\n${inner}`)],
  ['a chunk that ends with LF', () => chunked(`${SIZE}\r\n${BODY}\n0\r\n\r\n${inner}`)],
  ['a chunk line that ends with LF', () => chunked(`${SIZE}\n${BODY}\r\n0\r\n\r\n${inner}`)],
  ['a chunk size with a space', () => chunked(`${SIZE} \r\n${BODY}\r\n 0\r\n\r\n${inner}`)],
  ['a trailer that is no header', () => chunked(`${CHUNK}0\r\nnonsense\r\n\r\n${inner}`)],
])('%s: refused as malformed, and the connection ends', async (_name, bytes) => {
  const { answers, open } = await sendRaw(bed.url, bytes());
  expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual([[400, 'request_malformed']]);
  expect(answers[0]?.headers.get('connection')).toBe('close');
  expect(open).toBe(false);
  expect(wasSmuggled(bed)).toBe(false);
});

/** These have one meaning; what is within their body stays within it. */
test.each<[string, () => string]>([
  ['a length', () => request(inner, length(`${inner.length}`))],
  ['chunks', () => chunked(`${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`)],
  [
    'chunks with a coding in another case',
    () => request(`${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`, 'TRANSFER-encoding: CHUNKED'),
  ],
  ['chunks with an extension', () => chunked(`${inner.length.toString(16)};a=b\r\n${inner}\r\n0\r\n\r\n`)],
])('a body with %s is refused as a whole, and no part of it is a request', async (_name, bytes) => {
  const { answers, open } = await sendRaw(bed.url, bytes());
  expect(answers.map((answer) => [answer.status, codeOf(answer)])).toEqual([[400, 'body_malformed']]);
  expect(open).toBe(true);
  expect(wasSmuggled(bed)).toBe(false);
});
