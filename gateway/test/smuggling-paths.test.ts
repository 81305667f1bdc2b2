import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestBed, type TestBed } from './support/gateway.ts';
import { codeOf, head, sendRaw } from './support/raw-http.ts';

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed({ PROXY_ROUTES: '* llamacpp/*' });
});
afterAll(() => bed[Symbol.asyncDispose]());

const OPEN = new Set(['{"status":"ok"}', '{"status":"ok","checks":{"keys":"ok","draining":"ok"}}']);

// However a proxy before us reads these, none of them gets anything without a token but the two health answers.
test.each([
  ['/v1/models', 401],
  ['/v1/models?', 401],
  ['/v1/models#x', 401],
  ['/v1/models/', 401],
  ['/v1/models/..%2f', 401],
  ['/v1/models/..%2f..%2fhealth', 401],
  ['/v1/models/%2e%2e/models', 401],
  ['/v1/models%00', 401],
  ['/v1/models%0d%0aX:y', 401],
  ['/v1/models;x=y', 401],
  ['/v1/models/llamacpp/x', 401],
  ['/v1', 401],
  ['/v1/', 401],
  ['/v1?x', 401],
  ['/v1//models', 401],
  ['/v1/./models', 401],
  ['/v1/%zz', 401],
  ['/v1/health', 401],
  ['/v1/chat/completions', 401],
  ['/v1/chat/completions/', 401],
  ['/v1/../v1/models', 401],
  ['/v1/%2e%2e/v1/models', 401],
  ['/%76%31/models', 401],
  ['/%2576%2531/models', 404],
  ['/x/../v1/models', 401],
  ['/health/../v1/models', 401],
  ['/health/%2e%2e/v1/models', 401],
  ['/health/ready/../../v1/models', 401],
  ['/health?/../v1/models', 200],
  ['/proxy', 401],
  ['/proxy/', 401],
  ['/proxy/llamacpp/models', 401],
  ['/proxy/../proxy/llamacpp/models', 401],
  ['/v1/../proxy/llamacpp/models', 401],
  ['/v1/../health', 200],
  ['/v1/%2e%2e/health', 200],
  ['//v1/models', 404],
  ['//evil.test/v1/models', 404],
  ['/V1/models', 404],
  ['/v1;x/models', 404],
  ['/v1%2fmodels', 404],
  ['/v1%00/models', 404],
  ['/v1%20/models', 404],
  ['/.//v1/models', 404],
  ['/%', 404],
  ['/%e0%80%af', 404],
  ['/health/', 404],
  ['/health;/v1', 404],
  ['/HEALTH', 404],
  ['/metrics', 404],
  ['/', 404],
  ['/../../etc/passwd', 404],
  ['/@evil.test/v1/models', 404],
])('GET %s without a token: %d', async (path, status) => {
  const { answers } = await sendRaw(bed.url, head(`GET ${path} HTTP/1.1`, 'Host: x'));
  expect(answers.map((answer) => answer.status)).toEqual([status]);
  const [answer] = answers;
  if (status === 200) expect(OPEN).toContain(answer?.body);
  else expect(answer && codeOf(answer)).toBe(status === 401 ? 'credentials_missing' : 'not_found');
  expect(bed.upstream.received).toEqual([]);
});
