import { expect, test } from 'vitest';
import { checkCertificate } from './existing-certificates.ts';
import { makeAuthority, makeServerCertificate } from './make-certificate.ts';
import { readCertificate } from './read-certificate.ts';
import type { Texts } from './secret-store.ts';
import { daysAfter, NOON } from './testing/clock.ts';
import { trustAnchors } from './trust.ts';

const NAMES = ['login.example.com', 'keycloak.idp.svc'];
const [authority, other] = await Promise.all([makeAuthority(NOON), makeAuthority(NOON)]);
const server = await makeServerCertificate(authority, 'keycloak', NAMES, NOON);
const root = authority.certificate;
const good = { 'tls.crt': server.certificate, 'tls.key': server.key };

function anchorsOf(texts: Texts, now = NOON) {
  const held = readCertificate(texts);
  return typeof held === 'string' ? held : trustAnchors(held, now);
}

test('the authority is taken from ca.crt, without what else stands there', () => {
  expect(anchorsOf({ ...good, 'ca.crt': `# ours\n${root}${server.certificate}${authority.key}` })).toEqual([root]);
  expect(anchorsOf({ ...good, 'ca.crt': other.certificate + root })).toEqual([other.certificate, root]);
});

test('without ca.crt it is the root at the end of the chain, in whatever order the chain is', () => {
  expect(anchorsOf({ ...good, 'tls.crt': server.certificate + other.certificate + root })).toEqual([root]);
});

test('a certificate alone does not tell its authority', () => {
  expect(anchorsOf(good)).toMatch(/^ca.crt is absent, and tls.crt does not lead to a public authority: add ca.crt/);
  expect(anchorsOf({ ...good, 'tls.crt': server.certificate + other.certificate })).toMatch(/^ca.crt is absent/);
});

test('an authority that signed something else, ended, or is none is refused', () => {
  const wrong = 'ca.crt is not the authority that tls.crt leads to';
  expect(anchorsOf({ ...good, 'ca.crt': other.certificate })).toBe(wrong);
  const none = 'ca.crt holds no authority (basicConstraints CA) that has not ended';
  expect(anchorsOf({ ...good, 'ca.crt': server.certificate })).toBe(none);
  expect(anchorsOf({ ...good, 'ca.crt': root }, daysAfter(4000))).toBe(none);
  expect(anchorsOf({ ...good, 'ca.crt': root.replace(/M/g, '!') })).toBe(
    'ca.crt holds a certificate that cannot be read',
  );
});

test.each([
  ['good', NAMES, 0, { problems: [], warnings: [] }],
  ['near its end', NAMES, 370, { problems: [], warnings: ['it ends on 2032-06-17'] }],
  ['at its end', NAMES, 397, { problems: ['it ended on 2032-06-17'], warnings: [] }],
  ['not begun', NAMES, -1, { problems: ['it begins on 2031-05-17T11:00:00.000Z'], warnings: [] }],
  [
    'for other names',
    ['sso.example.com', 'a.b'],
    0,
    { problems: ['it is not for sso.example.com, a.b'], warnings: [] },
  ],
])("someone's certificate that is %s", (_, names, days, findings) => {
  expect(checkCertificate(good, names, daysAfter(days))).toEqual(findings);
});
