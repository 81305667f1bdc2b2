import { beforeEach, expect, test } from 'vitest';
import type { Principal } from './principal.ts';
import { createVerdictCache, type VerdictCache } from './verdict-cache.ts';

const principal = (expiresAt: number): Principal => ({ subject: 's', issuer: 'i', scopes: [], expiresAt, claims: {} });
const TOKEN = `${'h'.repeat(40)}.${'p'.repeat(400)}.${'s'.repeat(342)}`;

let time: number;
let cache: VerdictCache;
beforeEach(() => {
  time = 1000;
  cache = createVerdictCache(() => time);
});

test('the verdict is found by the very same token', () => {
  const who = principal(2000);
  cache.set(TOKEN, who);
  expect(cache.get(TOKEN)).toBe(who);
});

test.each([
  ['its last character changed', `${TOKEN.slice(0, -1)}t`],
  ['its first character changed', `g${TOKEN.slice(1)}`],
  ['a character in the middle changed', `${TOKEN.slice(0, 200)}q${TOKEN.slice(201)}`],
  ['a character more', `${TOKEN}s`],
  ['a character less', TOKEN.slice(0, -1)],
  ['its signature alone', TOKEN.slice(TOKEN.lastIndexOf('.') + 1)],
  ['its beginning alone', TOKEN.slice(0, 40)],
  ['padding', `${TOKEN}=`],
  ['another case', TOKEN.toUpperCase()],
])('a token with %s has no verdict', (_name, other) => {
  cache.set(TOKEN, principal(2000));
  expect(cache.get(other)).toBeUndefined();
});

test('the verdict ends with the token’s exp', () => {
  cache.set(TOKEN, principal(1010));
  time = 1009.9;
  expect(cache.get(TOKEN)).toBeDefined();
  time = 1010;
  expect(cache.get(TOKEN)).toBeUndefined();
});

test('the verdict ends after five minutes, however long the token is good', () => {
  cache.set(TOKEN, principal(Number.POSITIVE_INFINITY));
  time = 1299.9;
  expect(cache.get(TOKEN)).toBeDefined();
  time = 1300;
  expect(cache.get(TOKEN)).toBeUndefined();
});

test('nothing is left once it is cleared', () => {
  cache.set(TOKEN, principal(2000));
  cache.clear();
  expect(cache.get(TOKEN)).toBeUndefined();
});

test('the number of verdicts is bounded, the least used go first', () => {
  cache.set(TOKEN, principal(2000));
  for (let i = 0; i < 20_000; i++) cache.set(`other-${i}`, principal(2000));
  expect(cache.get(TOKEN)).toBeUndefined();
  expect(cache.get('other-19999')).toBeDefined();
});

test('long tokens are bounded by their size', () => {
  cache.set(TOKEN, principal(2000));
  for (let i = 0; i < 2100; i++) cache.set(`${i}`.padEnd(16 * 1024, 'x'), principal(2000));
  expect(cache.get(TOKEN)).toBeUndefined();
});
