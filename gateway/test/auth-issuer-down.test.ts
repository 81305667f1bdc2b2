import { createServer } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';
import { startIssuer } from './support/issuer.ts';
import { listenOnLoopback } from './support/listen.ts';
import { sendToken } from './support/send.ts';
import { until } from './support/until.ts';

let bed: TestBed;
afterEach(() => bed[Symbol.asyncDispose]());

/** A port where nothing listens for the moment. */
async function freePort(): Promise<number> {
  const { port, close } = await listenOnLoopback(createServer());
  await close();
  return port;
}

test('an issuer that is down at start leaves the process live and not ready; it recovers by itself', async () => {
  const issuer = await startIssuer();
  const port = await freePort();
  const discovery = `http://127.0.0.1:${port}/discovery`;
  bed = await startTestBed({ OIDC_DISCOVERY_URL: discovery }, { ready: false, issuer });

  const live = await fetch(`${bed.url}/health`);
  expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);

  await until(() => bed.log.some(({ msg }) => msg === "the issuer's keys cannot be fetched"));
  const ready = await fetch(`${bed.url}/health/ready`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    status: 'unavailable',
    checks: { keys: "the issuer's keys are not known", draining: 'ok' },
  });
  expect(bed.log.map((line) => line['reason']).join()).toContain(`discovery at ${discovery}: `);

  const refused = await bed.request('/v1/models');
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(refused.headers.get('www-authenticate')).toBeNull();
  expect(await errorOf(refused)).toMatchObject({ code: 'issuer_unavailable', type: 'api_error' });

  const server = createServer((_request, response) => issuer.answerDiscovery(response));
  const { close } = await listenOnLoopback(server, port);
  try {
    await until(async () => (await fetch(`${bed.url}/health/ready`)).ok, 15);
    expect((await bed.post('/v1/chat/completions', { model: 'llamacpp/m' })).status).toBe(200);
  } finally {
    await close();
  }
});

test('without any keys nobody passes, not even with a token that is wrong in itself', async () => {
  const issuer = await startIssuer();
  issuer.answerKeys = (response) => response.destroy();
  bed = await startTestBed({}, { ready: false, issuer });
  const send = async (token: string) => (await sendToken(bed, token)).status;
  expect(await send('nonsense')).toBe(401);
  expect(await send(await issuer.token({ exp: 1 }))).toBe(503);
  expect(await send(await issuer.token())).toBe(503);
});

test('an issuer that was there once may go: known and new tokens are accepted', async () => {
  bed = await startTestBed();
  const [known, fresh] = await Promise.all([bed.issuer.token(), bed.issuer.token()]);
  const send = async (token: string) => (await sendToken(bed, token)).status;
  expect(await send(known)).toBe(200);
  await bed.issuer.close();
  expect(await send(known)).toBe(200);
  expect(await send(fresh)).toBe(200);
  expect((await fetch(`${bed.url}/health/ready`)).status).toBe(200);
});
