import { afterEach, expect, test } from 'vitest';
import { startTestBed, type TestBed } from './support/gateway.ts';
import { type Answer, startIssuer, type TestIssuer } from './support/issuer.ts';
import { sendToken } from './support/send.ts';
import { until } from './support/until.ts';

let bed: TestBed | undefined;
afterEach(() => bed?.[Symbol.asyncDispose]());

const text =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);
const json = (body: unknown) => text(200, JSON.stringify(body));
const NOT_READY = "the issuer's keys are not known";
const readinessOf = async (url: string) => {
  const { checks } = (await (await fetch(`${url}/health/ready`)).json()) as { checks: { keys: string } };
  return checks.keys;
};

test.each<[string, Partial<Pick<TestIssuer, 'answerDiscovery' | 'answerKeys'>>, string]>([
  ['redirects', { answerDiscovery: text(302, '', { location: 'https://evil.test/' }) }, 'it redirects to https://evil'],
  [
    'redirects its keys',
    { answerKeys: text(307, '', { location: 'https://evil.test/' }) },
    'it redirects to https://evil',
  ],
  ['answers 500', { answerDiscovery: text(500, 'oops') }, 'it answers 500'],
  ['answers 404 for its keys', { answerKeys: text(404, '') }, 'it answers 404'],
  ['answers with a page', { answerDiscovery: text(200, '<html>Login</html>') }, 'its answer is not JSON'],
  ['answers with nothing', { answerKeys: text(200, '') }, 'its answer is not JSON'],
  ['answers with cut JSON', { answerKeys: text(200, '{"keys":[') }, 'its answer is not JSON'],
  ['answers with too much', { answerKeys: text(200, ' '.repeat(1024 * 1024 + 1)) }, 'larger than 1 MiB'],
  ['breaks off', { answerKeys: (response) => response.destroy() }, 'keys at http'],
  [
    'answers for another issuer',
    { answerDiscovery: json({ issuer: 'https://x.test', jwks_uri: 'https://x.test/k' }) },
    'it is the document of https://x.test: OIDC_ISSUER_URL must be exactly that',
  ],
  ['has no keys', { answerKeys: json({ keys: [] }) }, 'no key that verifies signatures'],
  ['has only a symmetric key', { answerKeys: json({ keys: [{ kty: 'oct', k: 'AAAA' }] }) }, 'no key that verifies'],
])('an issuer that %s leaves the gateway not ready, and the log says why', async (_name, answers, reason) => {
  const issuer = Object.assign(await startIssuer(), answers);
  bed = await startTestBed({}, { ready: false, issuer });
  const { url, log } = bed;
  await until(() => log.some((line) => String(line['reason']).includes(reason)));
  // Anyone may ask here: the reason names internal addresses, and may be the issuer's own words.
  expect(await readinessOf(url)).toBe(NOT_READY);
  expect((await bed.request('/v1/models')).status).toBe(503);
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('a slow issuer holds nobody up: requests are refused at once until its keys have come', async () => {
  const issuer = await startIssuer();
  const answer = issuer.answerKeys;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  issuer.answerKeys = (response) => void released.then(() => answer(response));
  bed = await startTestBed({}, { ready: false, issuer });
  await until(() => issuer.fetches === 1);
  expect((await bed.request('/v1/models')).status).toBe(503);
  expect(await readinessOf(bed.url)).toBe(NOT_READY);
  release();
  await until(async () => bed !== undefined && (await sendToken(bed, await issuer.token())).status === 200);
  expect(issuer.fetches).toBe(1);
});
