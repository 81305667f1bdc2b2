import type { JWTHeaderParameters, JWTPayload } from 'jose';
import { afterEach, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';
import { startIssuer } from './support/issuer.ts';
import { sendToken } from './support/send.ts';
import { until } from './support/until.ts';

let bed: TestBed;
afterEach(() => bed[Symbol.asyncDispose]());

/** The status, and the code of a refusal. */
async function outcome(claims: Record<string, unknown>, header: Record<string, unknown> = {}) {
  const response = await sendToken(
    bed,
    await bed.issuer.token(claims as JWTPayload, header as Partial<JWTHeaderParameters>),
  );
  return response.status === 200 ? 200 : `${response.status} ${(await errorOf(response)).code}`;
}

test('OIDC_AUTHORIZED_PARTIES: only tokens that were issued to one of them', async () => {
  bed = await startTestBed({ OIDC_AUTHORIZED_PARTIES: 'web, batch' });
  expect(await outcome({ azp: 'batch' })).toBe(200);
  expect(await outcome({ azp: undefined, client_id: 'web' })).toBe(200);
  expect(await outcome({ azp: 'other' })).toBe('401 party_mismatch');
  expect(await outcome({ azp: 'other', client_id: 'web' })).toBe('401 party_mismatch');
  expect(await outcome({ azp: undefined })).toBe('401 party_mismatch');
});

test('OIDC_REQUIRED_SCOPES: every token must have them all', async () => {
  bed = await startTestBed({ OIDC_REQUIRED_SCOPES: 'inference,models' });
  expect(await outcome({ scope: 'models profile inference' })).toBe(200);
  expect(await outcome({ scope: undefined, scp: ['inference', 'models'] })).toBe(200);
  expect(await outcome({ scope: 'inference' })).toBe('403 insufficient_scope');
  expect(await outcome({ scope: 'inference,models' })).toBe('403 insufficient_scope');
  expect(await outcome({ scope: undefined })).toBe('403 insufficient_scope');
});

test('OIDC_ALGORITHMS: a good signature by another algorithm does not count', async () => {
  bed = await startTestBed({ OIDC_ALGORITHMS: 'ES256,PS256' });
  expect(await outcome({})).toBe('401 token_algorithm');
  const response = await sendToken(bed, await bed.issuer.token());
  expect((await errorOf(response)).message).toBe('The token is signed with RS256; accepted are ES256, PS256.');
});

test.each(['RS384', 'PS256', 'ES256', 'ES512', 'EdDSA', 'Ed25519'])(
  'tokens signed with %s are accepted',
  async (alg) => {
    bed = await startTestBed({}, { issuer: await startIssuer(alg) });
    expect(await outcome({})).toBe(200);
  },
);

test('OIDC_UNTYPED_TOKENS: refused unless it says accept, and ID tokens even then', async () => {
  bed = await startTestBed();
  expect(await outcome({ typ: undefined })).toBe('401 token_type');
  expect(await outcome({ typ: undefined }, { typ: undefined })).toBe('401 token_type');
  expect(await outcome({ typ: undefined }, { typ: 'at+jwt' })).toBe(200);
  await bed[Symbol.asyncDispose]();

  bed = await startTestBed({ OIDC_UNTYPED_TOKENS: 'accept' });
  expect(await outcome({ typ: undefined })).toBe(200);
  expect(await outcome({ typ: undefined }, { typ: undefined })).toBe(200);
  for (const telltale of ['nonce', 'at_hash', 'c_hash', 's_hash', 'events']) {
    expect(await outcome({ typ: undefined, [telltale]: 'x' })).toBe('401 token_type');
  }
  expect(await outcome({ typ: 'ID' })).toBe('401 token_type');
});

test('OIDC_CLOCK_TOLERANCE: exp, nbf and iat may be off by it, and by no more', async () => {
  bed = await startTestBed({ OIDC_CLOCK_TOLERANCE: '20s' });
  const now = Math.floor(Date.now() / 1000);
  expect(await outcome({ exp: now - 10 })).toBe(200);
  expect(await outcome({ nbf: now + 10 })).toBe(200);
  expect(await outcome({ iat: now + 10 })).toBe(200);
  expect(await outcome({ exp: now - 40 })).toBe('401 token_expired');
  expect(await outcome({ nbf: now + 40 })).toBe('401 token_not_yet_valid');
  expect(await outcome({ iat: now + 40 })).toBe('401 token_not_yet_valid');
});

test('a token within the tolerance is refused once that is over, though it was accepted before', async () => {
  bed = await startTestBed({ OIDC_CLOCK_TOLERANCE: '0' });
  const token = await bed.issuer.token({ exp: Math.floor(Date.now() / 1000) + 2 });
  expect((await sendToken(bed, token)).status).toBe(200);
  await until(async () => (await sendToken(bed, token)).status === 401);
  expect((await errorOf(await sendToken(bed, token))).code).toBe('token_expired');
});
