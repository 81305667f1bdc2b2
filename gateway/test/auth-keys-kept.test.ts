import { afterEach, expect, test } from 'vitest';
import { startTestBed, type TestBed } from './support/gateway.ts';
import type { Answer } from './support/issuer.ts';
import { sendToken } from './support/send.ts';
import { until } from './support/until.ts';

let bed: TestBed;
afterEach(() => bed[Symbol.asyncDispose]());

const keysAnswer =
  (body: string, status = 200): Answer =>
  (response) =>
    response.writeHead(status).end(body);

test.each([
  ['the refresh fails', keysAnswer('down', 500)],
  ['the set is empty', keysAnswer('{"keys":[]}')],
  ['no key of the set can be used', keysAnswer('{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB","kid":"x"}]}')],
  ['the answer is nonsense', keysAnswer('nonsense')],
])('known keys stay in use when %s, and the log says so', async (_name, answer) => {
  bed = await startTestBed({ OIDC_KEYS_MAX_AGE: '1s', OIDC_KEYS_MAX_STALE: '1h' });
  bed.issuer.answerKeys = answer;
  const before = bed.issuer.fetches;
  await until(() => bed.issuer.fetches >= before + 2, 10);
  expect((await sendToken(bed, await bed.issuer.token())).status).toBe(200);
  expect((await fetch(`${bed.url}/health/ready`)).status).toBe(200);
  await until(() => bed.log.some(({ msg }) => msg === "the issuer's keys cannot be fetched"));
  expect(bed.log.find(({ msg }) => msg === "the issuer's keys cannot be fetched")).toMatchObject({
    reason: expect.stringContaining('keys at '),
    keysAgeMs: expect.any(Number),
  });
});

test('keys that are too stale serve no more, cached verdicts included', async () => {
  bed = await startTestBed({ OIDC_KEYS_MAX_AGE: '1s', OIDC_KEYS_MAX_STALE: '2s' });
  const token = await bed.issuer.token();
  const send = () => sendToken(bed, token);
  expect((await send()).status).toBe(200);
  bed.issuer.answerKeys = keysAnswer('down', 500);
  await until(async () => (await send()).status === 503, 10);
  expect((await fetch(`${bed.url}/health/ready`)).status).toBe(503);
});
