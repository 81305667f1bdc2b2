import { expect, test } from 'vitest';
import { checkCertificate } from './existing-certificates.ts';
import { makeAuthority, makeServerCertificate } from './make-certificate.ts';
import { readCertificate } from './read-certificate.ts';
import type { Texts } from './secret-store.ts';
import { makeChain } from './testing/chain.ts';
import { daysAfter, NOON } from './testing/clock.ts';
import { handshake } from './testing/handshake.ts';
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

const { root: top, intermediate: middle, certificate: leaf, key } = await makeChain('keycloak.idp.svc');
const noRoot = 'ca.crt holds an intermediate authority without its root: add the root';

test.each([
  ['the root, with the intermediate in the chain', leaf + middle, top, undefined],
  ['the root and the intermediate', leaf, top + middle, undefined],
  ['the root, with nothing between', leaf, top, 'ca.crt is not the authority that tls.crt leads to'],
  ['the intermediate', leaf + middle, middle, noRoot],
  ['the intermediate, with the root in the chain', leaf + middle + top, middle, noRoot],
])('a client finds the server good by a ca.crt of %s, or the reason why not', async (_, chain, ca, reason) => {
  const anchors = anchorsOf({ 'tls.crt': chain, 'tls.key': key, 'ca.crt': ca }, new Date());
  expect(typeof anchors === 'string' ? anchors : undefined).toBe(reason);
  const shaken = handshake({ certificate: chain, key }, ca, 'keycloak.idp.svc');
  await (reason ? expect(shaken).rejects.toThrow() : shaken);
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
