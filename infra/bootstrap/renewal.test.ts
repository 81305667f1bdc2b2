import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type CertifiedKey, makeAuthority, makeServerCertificate } from './make-certificate.ts';
import { pemCertificates } from './read-certificate.ts';
import { bundleOf, readAuthority, whyRenewAuthority, whyRenewServerCertificate } from './renewal.ts';
import { daysAfter, NOON } from './testing/clock.ts';
import { handshake } from './testing/handshake.ts';

const NAMES = ['login.example.com', 'keycloak.idp.svc'];
const [authority, other] = await Promise.all([makeAuthority(NOON), makeAuthority(NOON)]);
const server = await makeServerCertificate(authority, 'keycloak', NAMES, NOON);

const read = (pem: string) => new X509Certificate(pem);
const secretOf = ({ certificate, key }: CertifiedKey) => ({ 'tls.crt': certificate, 'tls.key': key });
const good = secretOf(server);

describe("a server's certificate is made anew when", () => {
  test.each([
    ['nothing is wrong: it stays', good, NAMES, authority, 0, undefined],
    ['60 days are left: it stays', good, NAMES, authority, 336, undefined],
    ['59 days are left', good, NAMES, authority, 337.5, 'it ends on 2032-06-17'],
    ['it has ended', good, NAMES, authority, 400, 'it ended on 2032-06-17'],
    ['its host is another one', good, ['sso.example.com', ...NAMES], authority, 0, 'it was not for sso.example.com'],
    ['the authority is another one', good, NAMES, other, 0, 'the authority is another one now'],
    [
      'it cannot be read',
      { ...good, 'tls.crt': 'x' },
      NAMES,
      authority,
      0,
      'tls.crt holds no certificate that can be read',
    ],
    [
      'its key is absent',
      { 'tls.crt': server.certificate },
      NAMES,
      authority,
      0,
      'tls.key is not the private key of tls.crt',
    ],
    [
      'its key is another one',
      { ...good, 'tls.key': other.key },
      NAMES,
      authority,
      0,
      'tls.key is not the private key of tls.crt',
    ],
  ])('%s', (_, texts, names, issuer, days, reason) => {
    expect(whyRenewServerCertificate(texts, names, read(issuer.certificate), daysAfter(days))).toBe(reason);
  });
});

describe('an authority is made anew when', () => {
  test.each([
    ['it is new: it stays', 0, undefined],
    ['400 days are left: it stays', 3249, undefined],
    ['399 days are left', 3250, 'it ends on 2041-05-14'],
    ['it has ended', 4000, 'it ended on 2041-05-14'],
  ])('%s', (_, days, reason) => {
    expect(whyRenewAuthority(read(authority.certificate), daysAfter(days))).toBe(reason);
  });
});

test('what an authority signs on the last day that it stays ends before it does', async () => {
  const last = await makeServerCertificate(authority, 'keycloak', NAMES, daysAfter(3249));
  expect(read(last.certificate).validToDate < read(authority.certificate).validToDate).toBe(true);
});

test("a server's certificate in the place of an authority is refused", () => {
  expect(readAuthority(good)).toBe('tls.crt is no authority (basicConstraints CA)');
  expect(readAuthority(secretOf(authority))).toMatchObject({ certificate: { ca: true } });
});

describe('the bundle', () => {
  const bundle = bundleOf(other.certificate, authority.certificate, NOON);
  const fingerprints = (text: string) => pemCertificates(text).map(({ certificate }) => certificate.fingerprint256);

  test('begins with the present authority, and holds each former one once', () => {
    const wanted = [other, authority].map(({ certificate }) => read(certificate).fingerprint256);
    expect(fingerprints(bundle)).toEqual(wanted);
    expect(bundleOf(other.certificate, `${authority.certificate}${bundle}`, NOON)).toBe(bundle);
  });

  test('drops a former authority when it ends, and whatever is none', () => {
    expect(bundleOf(other.certificate, authority.certificate, daysAfter(4000))).toBe(other.certificate);
    expect(bundleOf(other.certificate, server.certificate + authority.key, NOON)).toBe(other.certificate);
  });

  test('is trusted for certificates of both authorities, though they have one name', async () => {
    const now = new Date();
    const [former, present] = await Promise.all([makeAuthority(now), makeAuthority(now)]);
    const mixed = bundleOf(present.certificate, former.certificate, now);
    for (const issuer of [former, present]) {
      await handshake(await makeServerCertificate(issuer, 'keycloak', NAMES, now), mixed, 'keycloak.idp.svc');
    }
  });
});
