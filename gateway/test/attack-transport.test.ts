import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { codeOf, head, sendRaw } from './support/raw-http.ts';

let bed: TestBed;
let token: string;
beforeAll(async () => {
  bed = await startTestBed();
  token = await bed.issuer.token();
});
afterAll(() => bed[Symbol.asyncDispose]());

const BODY = `{"model":"${MODEL}"}`;

/** One request with these lines in its head, and what becomes of it. */
async function outcome(
  lines: string[],
  { target = '/v1/chat/completions', body = BODY, type = 'application/json' } = {},
) {
  const before = bed.upstream.received.length;
  const request = head(
    `POST ${target} HTTP/1.1`,
    'Host: gateway.test',
    `Content-Type: ${type}`,
    `Content-Length: ${body.length}`,
    ...lines,
  );
  const { answers } = await sendRaw(bed.url, request + body);
  expect(answers).toHaveLength(1);
  const [answer] = answers;
  expect(bed.upstream.received.length).toBe(before + (answer?.status === 200 ? 1 : 0));
  return answer?.status === 200 ? 200 : answer && `${answer.status} ${codeOf(answer)}`;
}

test.each<[string, () => string[], string | number]>([
  ['one good header', () => [`Authorization: Bearer ${token}`], 200],
  ['the scheme in lower case', () => [`Authorization: bearer ${token}`], 200],
  ['the scheme in upper case', () => [`Authorization: BEARER ${token}`], 200],
  ['the header name in upper case', () => [`AUTHORIZATION: Bearer ${token}`], 200],
  ['white space around the value', () => [`Authorization: \t Bearer ${token} \t`], 200],
  ['no space behind the colon', () => [`Authorization:Bearer ${token}`], 200],
  [
    'two good headers',
    () => [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`],
    '401 credentials_repeated',
  ],
  [
    'a good one and Basic',
    () => [`Authorization: Bearer ${token}`, 'Authorization: Basic eDp5'],
    '401 credentials_repeated',
  ],
  [
    'a bad one and a good one',
    () => ['authorization: Bearer bad', `Authorization: Bearer ${token}`],
    '401 credentials_repeated',
  ],
  [
    'an empty one and a good one',
    () => ['Authorization:', `Authorization: Bearer ${token}`],
    '401 credentials_repeated',
  ],
  ['two tokens behind a comma', () => [`Authorization: Bearer ${token}, Bearer ${token}`], '401 token_malformed'],
  ['two schemes behind a comma', () => [`Authorization: Basic eDp5, Bearer ${token}`], '401 credentials_missing'],
  ['a tab behind the scheme', () => [`Authorization: Bearer\t${token}`], '401 credentials_missing'],
  ['a space and a tab behind the scheme', () => [`Authorization: Bearer \t${token}`], '401 token_malformed'],
  ['a no-break space behind the scheme', () => [`Authorization: Bearer \xa0${token}`], '401 token_malformed'],
  ['no space behind the scheme', () => [`Authorization: Bearer${token}`], '401 credentials_missing'],
  ['a colon behind the scheme', () => [`Authorization: Bearer: ${token}`], '401 credentials_missing'],
  ['nothing behind the scheme', () => ['Authorization: Bearer'], '401 token_malformed'],
  ['Basic', () => [`Authorization: Basic ${Buffer.from(`x:${token}`).toString('base64')}`], '401 credentials_missing'],
  ['DPoP', () => [`Authorization: DPoP ${token}`], '401 credentials_missing'],
  ['the token alone', () => [`Authorization: ${token}`], '401 credentials_missing'],
  ['another header for proxies', () => [`Proxy-Authorization: Bearer ${token}`], '401 credentials_missing'],
  [
    'headers of load balancers',
    () => [`X-Forwarded-Access-Token: ${token}`, 'X-Forwarded-User: admin'],
    '401 credentials_missing',
  ],
  [
    'a header with an underscore',
    () => [`HTTP_AUTHORIZATION: Bearer ${token}`, `X-Api-Key: ${token}`],
    '401 credentials_missing',
  ],
  ['a cookie', () => [`Cookie: access_token=${token}; Authorization=Bearer ${token}`], '401 credentials_missing'],
  ['the Connection header naming it', () => [`Authorization: Bearer ${token}`, 'Connection: authorization'], 200],
])('%s', async (_name, lines, expected) => {
  expect(await outcome(lines())).toBe(expected);
});

test('a token in the query does not count', async () => {
  for (const name of ['access_token', 'token', 'Authorization', 'bearer_token', 'api_key']) {
    const target = `/v1/chat/completions?${name}=${token}`;
    expect(await outcome([], { target })).toBe('401 credentials_missing');
  }
});

test('a token in the body does not count', async () => {
  const type = 'application/x-www-form-urlencoded';
  expect(await outcome([], { body: `access_token=${token}`, type })).toBe('401 credentials_missing');
  expect(await outcome([], { body: JSON.stringify({ model: MODEL, access_token: token }) })).toBe(
    '401 credentials_missing',
  );
});

test('a token in the trailer does not count', async () => {
  const chunked = `${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\nAuthorization: Bearer ${token}\r\n\r\n`;
  const lines = ['Host: x', 'Transfer-Encoding: chunked', 'Trailer: Authorization'];
  const { answers } = await sendRaw(bed.url, head('POST /v1/chat/completions HTTP/1.1', ...lines) + chunked);
  expect(answers.map((answer) => `${answer.status} ${codeOf(answer)}`)).toEqual(['401 credentials_missing']);
});
