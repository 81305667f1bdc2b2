import { afterEach, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';
import { sendToken } from './support/send.ts';
import { until } from './support/until.ts';

let bed: TestBed;
afterEach(() => bed[Symbol.asyncDispose]());

const send = (token: string) => sendToken(bed, token);

test('a token of a new key is accepted at once, and so is one of the old key', async () => {
  bed = await startTestBed({ OIDC_KEYS_COOLDOWN: '1s' });
  const old = await bed.issuer.token();
  await bed.issuer.rotate(true);
  // The cooldown counts from the fetch at start.
  await until(async () => (await send(await bed.issuer.token())).status === 200);
  expect((await send(old)).status).toBe(200);
});

test('200 tokens with unknown key ids at once cause one fetch, and none for the time of the cooldown', async () => {
  bed = await startTestBed({ OIDC_KEYS_COOLDOWN: '1s' });
  await until(async () => {
    await send(await bed.issuer.token({}, { kid: 'first' }));
    return bed.issuer.fetches === 2;
  });
  const began = performance.now();
  const tokens = await Promise.all(Array.from({ length: 200 }, (_, i) => bed.issuer.token({}, { kid: `bad-${i}` })));
  const answers = await Promise.all(tokens.map(send));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  const codes = await Promise.all(answers.map(async (answer) => (await errorOf(answer)).code));
  expect(new Set(codes)).toEqual(new Set(['key_unknown']));
  expect(bed.issuer.fetches).toBeLessThanOrEqual(2 + Math.floor((performance.now() - began) / 1000) + 1);
});

test('200 at once, when a fetch is due, share it', async () => {
  bed = await startTestBed({ OIDC_KEYS_COOLDOWN: '2s' });
  const tokens = await Promise.all(Array.from({ length: 200 }, (_, i) => bed.issuer.token({}, { kid: `bad-${i}` })));
  const answer = bed.issuer.answerKeys;
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  bed.issuer.answerKeys = (response) => void released.then(() => answer(response));
  const [first = '', ...others] = tokens;
  // The first that the cooldown lets through begins the fetch, which then runs until it is released.
  const pending: Promise<Response>[] = [];
  await until(() => {
    if (bed.issuer.fetches === 1) pending.push(send(first));
    return bed.issuer.fetches === 2;
  });
  pending.push(...others.map(send));
  expect(await Promise.race([pending.at(-1), Promise.resolve('waiting')])).toBe('waiting');
  release();
  const statuses = (await Promise.all(pending)).map(({ status }) => status);
  expect(new Set(statuses)).toEqual(new Set([401]));
  expect(bed.issuer.fetches).toBe(2);
});

test('tokens of another issuer cause no fetch at all', async () => {
  bed = await startTestBed({ OIDC_KEYS_COOLDOWN: '1s' });
  const began = performance.now();
  await until(async () => {
    const token = await bed.issuer.token({ iss: 'https://other.test' }, { kid: 'other' });
    expect((await errorOf(await send(token))).code).toBe('issuer_mismatch');
    return performance.now() - began > 1500;
  });
  expect(bed.issuer.fetches).toBe(1);
});

test.each([
  ['a key that is gone from the set', false],
  ['a key whose material changed under its name', true],
])('%s stops working, verdicts that were cached included', async (_name, sameName) => {
  bed = await startTestBed({ OIDC_KEYS_MAX_AGE: '1s' });
  const token = await bed.issuer.token();
  const { kid } = bed.issuer.publicJwk;
  expect((await send(token)).status).toBe(200);
  await bed.issuer.rotate();
  if (sameName) {
    const keys = [{ ...bed.issuer.publicJwk, kid }];
    bed.issuer.answerKeys = (response) => response.end(JSON.stringify({ keys }));
  }
  await until(async () => (await send(token)).status === 401);
  expect((await errorOf(await send(token))).code).toBe(sameName ? 'token_signature' : 'key_unknown');
  const header = sameName && kid !== undefined ? { kid } : {};
  expect((await send(await bed.issuer.token({}, header))).status).toBe(200);
});
