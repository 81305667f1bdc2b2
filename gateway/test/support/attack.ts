import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, startTestBed, type TestBed } from './gateway.ts';
import { accessTokenClaims, startIssuer, type TestIssuer } from './issuer.ts';
import { sendCredentials, sendToken } from './send.ts';

/** How an attacker, or someone unlucky, makes a token; and what must become of it: the code, or 200. */
export type Attack = readonly [name: string, forge: (bed: TestBed) => string | Promise<string>, outcome: string | 200];

/** The claims of a token that would be good. */
export const goodClaims = (bed: TestBed, changes: Record<string, unknown> = {}) =>
  accessTokenClaims(bed.issuer.url, changes);
/** The header of a token that would be good. */
export const goodHeader = (bed: TestBed, changes: Record<string, unknown> = {}) => ({
  alg: 'RS256',
  typ: 'JWT',
  kid: bed.issuer.publicJwk.kid,
  ...changes,
});

/**
 * Sends each token over the listening port, on one gateway that knows a good token already. A refused one must never
 * reach the provider, and its answer must tell the code in body and challenge.
 *
 * @param publish the issuer's key set, when it is not the issuer's own key alone
 */
export function testAttacks(attacks: readonly Attack[], publish?: (issuer: TestIssuer) => readonly unknown[]): void {
  let bed: TestBed;
  beforeAll(async () => {
    const issuer = await startIssuer();
    const keys = publish?.(issuer);
    if (keys) issuer.answerKeys = (response) => response.end(JSON.stringify({ keys }));
    bed = await startTestBed({}, { issuer });
    expect((await sendToken(bed, await issuer.token())).status).toBe(200);
  });
  afterAll(() => bed[Symbol.asyncDispose]());

  test.each(attacks)('%s', async (_name, make, outcome) => {
    const before = bed.upstream.received.length;
    const response = await sendCredentials(bed, `Bearer ${await make(bed)}`);
    if (outcome === 200) {
      expect(response.status).toBe(200);
      expect(bed.upstream.received.length).toBe(before + 1);
      return;
    }
    expect(await errorOf(response)).toMatchObject({ code: outcome, type: 'authentication_error' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(bed.upstream.received.length).toBe(before);
  });
}
