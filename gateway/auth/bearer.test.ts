import { describe, expect, test } from 'vitest';
import { bearerToken, MAX_TOKEN_SIZE } from './bearer.ts';

const ISSUER = 'https://issuer.test';
const take = (...values: string[]) =>
  bearerToken(
    values.flatMap((value) => ['Authorization', value]),
    ISSUER,
  );

describe('the token is taken out of', () => {
  test.each([
    ['the scheme as usual', 'Bearer a.b.c'],
    ['a lower-case scheme', 'bearer a.b.c'],
    ['an upper-case scheme', 'BEARER a.b.c'],
    ['several spaces', 'Bearer    a.b.c'],
  ])('%s', (_name, value) => expect(take(value)).toBe('a.b.c'));

  test('a header whose name is written in any case, among others', () => {
    expect(bearerToken(['Host', 'x', 'AUTHORIZATION', 'Bearer t', 'Accept', '*/*'], ISSUER)).toBe('t');
  });

  test('a header of exactly the size that is allowed', () => {
    const token = 'a'.repeat(MAX_TOKEN_SIZE);
    expect(take(`Bearer ${token}`)).toBe(token);
  });
});

test.each([
  ['no header', []],
  ['an empty header', ['']],
  ['Basic', ['Basic dXNlcjpwYXNz']],
  ['DPoP', ['DPoP a.b.c']],
  ['a scheme that only begins like ours', ['BearerToken a.b.c']],
  ['a token without a scheme', ['a.b.c']],
  ['a tab behind the scheme', ['Bearer\ta.b.c']],
  ['a space before the scheme', [' Bearer a.b.c']],
])('%s counts as no credentials, and the caller is told of the issuer', (_name, values) => {
  expect(() => take(...values)).toThrow(
    expect.objectContaining({ code: 'credentials_missing', facts: { issuer: ISSUER } }),
  );
});

test.each([
  ['nothing behind the scheme', 'Bearer'],
  ['only spaces behind the scheme', 'Bearer   '],
  ['a space inside', 'Bearer a b'],
  ['a space behind', 'Bearer a.b.c '],
  ['a comma and another token', 'Bearer a.b.c, Bearer d.e.f'],
  ['a tab behind the space', 'Bearer \ta.b.c'],
  ['a no-break space', 'Bearer \u00a0a.b.c'],
  ['a byte order mark', 'Bearer \ufeffa.b.c'],
  ['quotation marks', 'Bearer "a.b.c"'],
  ['padding in the middle', 'Bearer a=.b.c'],
  ['a zero byte', 'Bearer a.b.c\0'],
])('%s is malformed', (_name, value) => {
  expect(() => take(value)).toThrow(expect.objectContaining({ code: 'token_malformed' }));
});

test('one byte more than allowed is too large, with both sizes told', () => {
  expect(() => take(`Bearer ${'a'.repeat(MAX_TOKEN_SIZE + 1)}`)).toThrow(
    expect.objectContaining({
      code: 'token_too_large',
      facts: { size: MAX_TOKEN_SIZE + 1, limit: MAX_TOKEN_SIZE },
    }),
  );
});

test.each([
  ['both good', ['Bearer a.b.c', 'Bearer a.b.c']],
  ['one of another scheme', ['Bearer a.b.c', 'Basic x']],
  ['one empty', ['', 'Bearer a.b.c']],
])('two headers are refused, %s', (_name, values) => {
  expect(() => take(...values)).toThrow(expect.objectContaining({ code: 'credentials_repeated' }));
});
