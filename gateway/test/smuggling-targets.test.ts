import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, startTestBed, type TestBed } from './support/gateway.ts';
import { codeOf, head, sendRaw, smuggled, wasSmuggled } from './support/raw-http.ts';

let bed: TestBed;
let good: string;
let inner: string;
beforeAll(async () => {
  bed = await startTestBed({ PROXY_ROUTES: 'GET llamacpp/*' });
  good = `Authorization: Bearer ${await bed.issuer.token()}`;
  inner = await smuggled(bed);
});
afterAll(() => bed[Symbol.asyncDispose]());

const outcomeOf = async (bytes: string) => {
  const { answers, open } = await sendRaw(bed.url, bytes);
  return [...answers.map((answer) => `${answer.status} ${codeOf(answer) ?? ''}`.trim()), open ? 'open' : 'closed'];
};
const line = (first: string, ...more: string[]) => head(first, 'Host: x', ...more);

test.each([
  ['HTTP/0.9 that says so', line('GET /v1/models HTTP/0.9')],
  ['HTTP/1.2', line('GET /v1/models HTTP/1.2')],
  ['HTTP/2.0', line('GET /v1/models HTTP/2.0')],
  ["HTTP/2's preface", 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['TLS', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03'],
  ['a method in lower case', line('get /v1/models HTTP/1.1')],
  ['an unknown method', line('FROB /v1/models HTTP/1.1')],
  ['garbage before', `xx${line('GET /v1/models HTTP/1.1')}`],
  ['tabs in the line', line('GET\t/v1/models\tHTTP/1.1')],
  ['a space in the target', line('GET /v1/mod els HTTP/1.1')],
  ['a target without a slash', line('GET v1/models HTTP/1.1')],
  ['a target beyond ASCII', line('GET /v1/mod\xe9ls HTTP/1.1')],
  ['a zero byte in the target', line('GET /v1/models\0 HTTP/1.1')],
  ['a header in the target', line('GET /v1/models HTTP/1.1\r\n X: y HTTP/1.1')],
])('%s is malformed, and the connection ends', async (_name, bytes) => {
  expect(await outcomeOf(bytes + inner)).toEqual(['400 request_malformed', 'closed']);
  expect(wasSmuggled(bed)).toBe(false);
});

test('another protocol is served nothing, and the connection ends', async () => {
  const [status, connection] = await outcomeOf(line('GET /v1/models RTSP/1.0') + inner);
  expect([status?.[0], connection]).toEqual(['4', 'closed']);
  expect(wasSmuggled(bed)).toBe(false);
});

test.each([
  ['the server as a whole', line('OPTIONS * HTTP/1.1')],
  ['* with GET', line('GET * HTTP/1.1')],
  ['another scheme', line('GET ftp://x/v1/models HTTP/1.1')],
  ['a backslash', line('GET /v1\\models HTTP/1.1')],
  ['a host with a user', head('GET /v1/models HTTP/1.1', 'Host: x@y')],
  ['a host with a path', head('GET /v1/models HTTP/1.1', 'Host: x/v1/models?')],
  ['a host with a space', head('GET /v1/models HTTP/1.1', 'Host: x y')],
  ['a list of hosts', head('GET /v1/models HTTP/1.1', 'Host: x, y')],
  ['a port that is none', head('GET /v1/models HTTP/1.1', 'Host: x:99999')],
])('%s cannot be asked for', async (_name, bytes) => {
  expect(await outcomeOf(bytes)).toEqual(['400 request_malformed', 'open']);
});

test.each([
  ['no host', head('GET /v1/models HTTP/1.1')],
  ['an empty host', head('GET /v1/models HTTP/1.1', 'Host: ')],
  ['two hosts', head('GET /v1/models HTTP/1.1', 'Host: x', 'Host: x')],
])('%s is malformed, and the connection ends', async (_name, bytes) => {
  expect(await outcomeOf(bytes + inner)).toEqual(['400 request_malformed', 'closed']);
  expect(wasSmuggled(bed)).toBe(false);
});

test('HTTP/1.0 may leave the host out, and HTTP/0.9 is not spoken', async () => {
  const { answers } = await sendRaw(bed.url, head('GET /health HTTP/1.0'), '');
  expect(answers[0]?.status).toBe(200);
  const [status, connection] = await outcomeOf(`GET /v1/models\r\n\r\n${inner}`);
  expect([status?.slice(0, 3), connection]).toEqual(['400', 'closed']);
  expect(wasSmuggled(bed)).toBe(false);
});

test('the absolute form is the same request, whatever host it names', async () => {
  expect(await outcomeOf(line('GET http://evil.test/v1/models HTTP/1.1'))).toEqual(['401 credentials_missing', 'open']);
  const body = `{"model":"${MODEL}"}`;
  const post = 'POST http://evil.test/v1/chat/completions HTTP/1.1';
  expect(await outcomeOf(line(post, good, `Content-Length: ${body.length}`) + body)).toEqual(['200', 'open']);
  expect(bed.upstream.received.at(-1)?.url).toBe('/v1/chat/completions');
});

test('CONNECT makes no tunnel, with a good token neither', async () => {
  const port = new URL(bed.upstream.url).port;
  for (const target of [`127.0.0.1:${port}`, 'x:443', '/v1/models']) {
    const before = bed.upstream.received.length;
    const { answers, open } = await sendRaw(bed.url, line(`CONNECT ${target} HTTP/1.1`, good) + inner);
    expect(answers.filter(({ status }) => status < 400)).toEqual([]);
    expect(open).toBe(false);
    expect(bed.upstream.received.length).toBe(before);
  }
});

test.each([
  ['h2c', ['Connection: Upgrade, HTTP2-Settings, close', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA']],
  [
    'websocket',
    ['Connection: Upgrade, close', 'Upgrade: websocket', 'Sec-WebSocket-Key: eA==', 'Sec-WebSocket-Version: 13'],
  ],
])('an upgrade to %s is passed over', async (_name, lines) => {
  expect(await outcomeOf(line('GET /v1/nothing HTTP/1.1', ...lines) + inner)).toEqual([
    '401 credentials_missing',
    'closed',
  ]);
  expect(await outcomeOf(line('GET /v1/nothing HTTP/1.1', good, ...lines) + inner)).toEqual([
    '404 not_found',
    'closed',
  ]);
  expect(wasSmuggled(bed)).toBe(false);
});

test('TRACE never gives back what was sent', async () => {
  for (const path of ['/', '/health', '/v1/models', '/v1/chat/completions']) {
    const { answers } = await sendRaw(bed.url, line(`TRACE ${path} HTTP/1.1`, good, 'X-Secret: of-hers'));
    expect(answers[0]?.status).toBeGreaterThanOrEqual(400);
    expect(answers[0]?.body).not.toContain('of-hers');
    expect(answers[0]?.body).not.toContain(good);
  }
});
