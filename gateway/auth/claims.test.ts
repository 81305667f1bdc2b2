import { errors, type JWTPayload } from 'jose';
import { describe, expect, test } from 'vitest';
import type { AuthConfig } from '../config.ts';
import { authConfig, ISSUER } from '../test/support/auth-config.ts';
import { accessTokenClaims, CLIENT_ID } from '../test/support/issuer.ts';
import { checkClaims, claimError, lacksAudience, principalOf } from './claims.ts';

/** Claims may be of any form here. */
type Changes = Record<string, unknown>;

const check = (changes: Changes = {}, config: Partial<AuthConfig> = {}, headerType: unknown = 'JWT') =>
  checkClaims(accessTokenClaims(ISSUER, changes as JWTPayload), headerType, authConfig(config));
const now = () => Math.floor(Date.now() / 1000);
const untyped = { typ: undefined };

describe('accepted is', () => {
  test.each<[string, Changes, Partial<AuthConfig>?, unknown?]>([
    ["Keycloak's access token", {}],
    ['aud as a list', { aud: ['account', CLIENT_ID] }],
    ['azp alone, when no audience is set', { aud: 'account' }],
    ['no aud at all but azp, when no audience is set', { aud: undefined }],
    ['the audience that is set', { aud: 'api', azp: 'other' }, { audience: 'api' }],
    ['a party among those that are set', { azp: 'a' }, { authorizedParties: ['a', 'b'] }],
    ['the party as client_id', { azp: undefined, client_id: 'b' }, { authorizedParties: ['a', 'b'] }],
    ['all required scopes', { scope: 'a b c' }, { requiredScopes: ['c', 'a'] }],
    ['scopes as a list in scp', { scope: undefined, scp: ['a', 'b'] }, { requiredScopes: ['b'] }],
    ['the header type at+jwt instead of a claim', untyped, {}, 'at+jwt'],
    ['the header type in full and another case', untyped, {}, 'Application/AT+JWT'],
    ['an untyped token where that is said', untyped, { untypedTokens: 'accept' }, undefined],
    ['no iat', { iat: undefined }],
    ['iat within the tolerance', { iat: now() + 20 }],
  ])('%s', (_name, claims, config, ...header) => {
    expect(() => check(claims, config, header.length > 0 ? header[0] : 'JWT')).not.toThrow();
  });
});

describe('refused is', () => {
  test.each<[string, string, Changes, Partial<AuthConfig>?, unknown?]>([
    ['an ID token', 'token_type', { typ: 'ID' }],
    ['a refresh token', 'token_type', { typ: 'Refresh' }],
    ['an offline token', 'token_type', { typ: 'Offline' }],
    ['a logout token', 'token_type', { typ: 'Logout' }],
    ['the claim typ in another case', 'token_type', { typ: 'bearer' }],
    ['the claim typ as a list', 'token_type', { typ: ['Bearer'] }],
    ['the claim typ null', 'token_type', { typ: null }],
    ['an ID token that says at+jwt', 'token_type', { typ: 'ID' }, {}, 'at+jwt'],
    ['the header type logout+jwt', 'token_type', untyped, {}, 'logout+jwt'],
    ['the header type dpop+jwt', 'token_type', {}, {}, 'dpop+jwt'],
    ['a header type that is a list', 'token_type', untyped, {}, ['at+jwt']],
    ['a header type that is an object without toString', 'token_type', {}, {}, { toString: 1 }],
    ['an untyped token', 'token_type', untyped],
    ['an untyped token with nonce', 'token_type', { ...untyped, nonce: 'n' }, { untypedTokens: 'accept' }],
    ['an untyped token with at_hash', 'token_type', { ...untyped, at_hash: 'h' }, { untypedTokens: 'accept' }],
    ['an untyped token with events', 'token_type', { ...untyped, events: {} }, { untypedTokens: 'accept' }],
    ['a bound token', 'token_bound', { cnf: { jkt: 'x' } }],
    ['a bound token with an empty cnf', 'token_bound', { cnf: null }],
    ['a DPoP token without cnf', 'token_bound', { typ: 'DPoP' }],
    ['iat beyond the tolerance', 'token_not_yet_valid', { iat: now() + 40 }],
    ['a sub that is an object', 'token_claims', { sub: { toString: 1 } }],
    ['azp alone, when an audience is set', 'audience_mismatch', { aud: 'account' }, { audience: CLIENT_ID }],
    ['another aud and another azp', 'audience_mismatch', { aud: 'account', azp: 'other' }],
    ['neither aud nor azp', 'audience_mismatch', { aud: undefined, azp: undefined }],
    ['client_id in place of azp', 'audience_mismatch', { aud: undefined, azp: undefined, client_id: CLIENT_ID }],
    ['an aud that only begins like ours', 'audience_mismatch', { aud: `${CLIENT_ID}-2`, azp: 'other' }],
    ['our aud within a text', 'audience_mismatch', { aud: `account ${CLIENT_ID}`, azp: 'other' }],
    ['our aud in another case', 'audience_mismatch', { aud: CLIENT_ID.toUpperCase(), azp: 'other' }],
    ['our aud one list too deep', 'audience_mismatch', { aud: [[CLIENT_ID]], azp: 'other' }],
    ['azp as a list', 'audience_mismatch', { aud: undefined, azp: [CLIENT_ID] }],
    ['a party not among those that are set', 'party_mismatch', { azp: 'c' }, { authorizedParties: ['a', 'b'] }],
    ['no party', 'party_mismatch', { azp: undefined }, { authorizedParties: ['a'] }],
    ['a missing scope', 'insufficient_scope', { scope: 'a' }, { requiredScopes: ['a', 'b'] }],
    ['a scope that only begins like it', 'insufficient_scope', { scope: 'ab' }, { requiredScopes: ['a'] }],
  ])('%s', (_name, code, claims, config, ...header) => {
    expect(() => check(claims, config, header.length > 0 ? header[0] : 'JWT')).toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('exactly the scopes that are missing are told', () => {
    expect(() => check({ scope: 'b' }, { requiredScopes: ['a', 'b', 'c'] })).toThrow(
      expect.objectContaining({ facts: { scope: 'a c' } }),
    );
  });
});

test('a token lacks the audience when its azp alone speaks for it', () => {
  expect(lacksAudience({ aud: 'account' }, authConfig())).toBe(true);
  expect(lacksAudience({ aud: ['account', CLIENT_ID] }, authConfig())).toBe(false);
  expect(lacksAudience({ aud: 'api' }, authConfig({ audience: 'api' }))).toBe(false);
});

test('the principal is what the claims say; a service without sub is known by its client', () => {
  const claims = accessTokenClaims(ISSUER, { sub: 'u', azp: 'c', scope: ' a  b ', exp: 7 });
  expect(principalOf(claims, ISSUER)).toEqual({
    subject: 'u',
    client: 'c',
    issuer: ISSUER,
    scopes: ['a', 'b'],
    expiresAt: 7,
    claims,
  });
  expect(principalOf({ azp: 'c' }, ISSUER).subject).toBe('c');
});

test('times are told in words that help', () => {
  const expired = claimError(new errors.JWTExpired('', { exp: now() - 600 }, 'exp', 'check_failed'));
  expect(expired.message).toBe('The token expired 10 min ago; fetch a new one.');
  const early = claimError(new errors.JWTClaimValidationFailed('', { nbf: now() + 60 }, 'nbf', 'check_failed'));
  expect(early.message).toMatch(/^The token's nbf lies (59|60) s ahead/);
});
