import type { JWTPayload } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';
import { CLIENT_ID } from './support/issuer.ts';
import { sendToken } from './support/send.ts';

let bed: TestBed;
afterEach(() => bed[Symbol.asyncDispose]());

const hints = () => bed.log.filter(({ msg }) => msg.includes('add an audience mapper'));

test('without OIDC_AUDIENCE: aud holds the client, as text or in a list, and no hint is logged', async () => {
  bed = await startTestBed();
  for (const aud of [CLIENT_ID, ['account', CLIENT_ID]]) {
    expect((await sendToken(bed, await bed.issuer.token({ aud, azp: 'other' }))).status).toBe(200);
  }
  expect(hints()).toEqual([]);
});

test('without OIDC_AUDIENCE: azp alone is enough, and one hint is logged', async () => {
  bed = await startTestBed();
  for (let i = 0; i < 3; i++) {
    expect((await sendToken(bed, await bed.issuer.token({ aud: 'account' }))).status).toBe(200);
  }
  expect(hints()).toEqual([expect.objectContaining({ client: CLIENT_ID })]);
});

test('without OIDC_AUDIENCE: tokens of other clients for others are refused, and both sides are named', async () => {
  bed = await startTestBed();
  const response = await sendToken(bed, await bed.issuer.token({ aud: ['a', 'b'], azp: 'other' }));
  expect(response.status).toBe(401);
  const error = await errorOf(response);
  expect(error.code).toBe('audience_mismatch');
  expect(error.message).toContain(`The token is for a, b; this gateway needs ${CLIENT_ID} in aud`);
});

test('with OIDC_AUDIENCE: aud must hold it, whatever azp says', async () => {
  bed = await startTestBed({ OIDC_AUDIENCE: 'https://api.test' });
  const status = async (claims: JWTPayload) => (await sendToken(bed, await bed.issuer.token(claims))).status;
  expect(await status({ aud: 'https://api.test', azp: 'other' })).toBe(200);
  expect(await status({ aud: ['account', 'https://api.test'] })).toBe(200);
  expect(await status({ aud: CLIENT_ID })).toBe(401);
  expect(await status({ aud: 'account', azp: CLIENT_ID })).toBe(401);
  expect(await status({ aud: 'https://api.test/' })).toBe(401);
  expect(hints()).toEqual([]);
});
