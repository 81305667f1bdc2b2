import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodClaims } from './support/attack.ts';
import { encode } from './support/forge.ts';
import { errorOf, startTestBed, type TestBed } from './support/gateway.ts';
import { sendCredentials, sendToken } from './support/send.ts';

let bed: TestBed;
let known: string;
beforeAll(async () => {
  bed = await startTestBed();
  known = await bed.issuer.token();
});
afterAll(() => bed[Symbol.asyncDispose]());

const parts = () => known.split('.') as [string, string, string];
const middle = (token: string) => Math.floor(token.length / 2);

// CVE-2026-35030, GHSA-rp9m-7r4c-75qg: verdicts that were kept under a part of the token.
test.each<[string, () => string]>([
  [
    'other claims under its signature',
    () => `${parts()[0]}.${encode(goodClaims(bed, { sub: 'admin' }))}.${parts()[2]}`,
  ],
  ['another header over its claims', () => `${encode({ alg: 'RS256', kid: 'x' })}.${parts()[1]}.${parts()[2]}`],
  ['the header none over its claims', () => `${encode({ alg: 'none' })}.${parts()[1]}.`],
  ['its signature alone', () => `..${parts()[2]}`],
  ['no signature', () => `${parts()[0]}.${parts()[1]}.`],
  ['a character more', () => `${known}A`],
  ['four characters more', () => `${known}AAAA`],
  ['padding', () => `${known}=`],
  ['a character less', () => known.slice(0, -1)],
  ['a character changed in the middle', () => `${known.slice(0, middle(known))}-${known.slice(middle(known) + 1)}`],
  ['the case changed', () => known.toLowerCase()],
  ['twice', () => `${known}${known}`],
  ['a long tail', () => known + 'A'.repeat(8000)],
])('a token that was accepted a moment ago, now with %s', async (_name, change) => {
  expect((await sendToken(bed, known)).status).toBe(200);
  const before = bed.upstream.received.length;
  const response = await sendToken(bed, change());
  expect(response.status).toBe(401);
  expect((await errorOf(response)).code).toMatch(/^(token_|key_)/);
  expect(bed.upstream.received.length).toBe(before);
  expect((await sendToken(bed, known)).status).toBe(200);
});

test('a refused token stays refused, however often it comes', async () => {
  const bad = `${known.slice(0, -6)}AAAAAA`;
  for (let i = 0; i < 5; i++) expect((await sendToken(bed, bad)).status).toBe(401);
});

test('the same token under another scheme does not pass', async () => {
  expect((await sendToken(bed, known)).status).toBe(200);
  for (const scheme of ['DPoP', 'Basic', 'Token', 'JWT', 'Bearer2']) {
    const response = await sendCredentials(bed, `${scheme} ${known}`);
    expect([scheme, response.status, (await errorOf(response)).code]).toEqual([scheme, 401, 'credentials_missing']);
  }
});
