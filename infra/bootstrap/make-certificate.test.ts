import 'reflect-metadata';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as Parsed,
  SubjectKeyIdentifierExtension,
} from '@peculiar/x509';
import { expect, test } from 'vitest';
import { type CertifiedKey, makeAuthority, makeServerCertificate } from './make-certificate.ts';
import { NOON } from './testing/clock.ts';
import { handshake } from './testing/handshake.ts';

const NAMES = ['keycloak.inference-gateway.local', 'keycloak.idp.svc', 'keycloak'];
const authority = await makeAuthority(new Date());
const server = await makeServerCertificate(authority, 'keycloak', NAMES, new Date());

const read = ({ certificate }: CertifiedKey) => new X509Certificate(certificate);
const dates = ({ validFromDate, validToDate }: X509Certificate) =>
  [validFromDate, validToDate].map((d) => d.toISOString());

test('an authority may sign certificates of servers, and no further authorities', () => {
  const parsed = new Parsed(authority.certificate);
  expect(read(authority).ca).toBe(true);
  expect(parsed.getExtension(BasicConstraintsExtension)).toMatchObject({ ca: true, pathLength: 0, critical: true });
  const usages = parsed.getExtension(KeyUsagesExtension);
  expect(usages).toMatchObject({ usages: KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, critical: true });
  expect(read(authority).verify(read(authority).publicKey)).toBe(true);
  expect(read(authority).subject).toBe('CN=Gatehouse authority\nO=Gatehouse');
});

test('an authority is for ten years, a server for 397 days, both from an hour ago', async () => {
  const made = await makeAuthority(NOON);
  expect(dates(read(made))).toEqual(['2031-05-17T11:00:00.000Z', '2041-05-14T11:00:00.000Z']);
  const leaf = await makeServerCertificate(made, 'keycloak', NAMES, NOON);
  expect(dates(read(leaf))).toEqual(['2031-05-17T11:00:00.000Z', '2032-06-17T11:00:00.000Z']);
});

test("a server's certificate is signed by the authority, for its names and nothing else", () => {
  const certificate = read(server);
  expect(certificate.ca).toBe(false);
  expect(certificate.checkIssued(read(authority))).toBe(true);
  expect(certificate.verify(read(authority).publicKey)).toBe(true);
  for (const name of NAMES) expect(certificate.checkHost(name, { subject: 'never' })).toBe(name);
  expect(certificate.checkHost('idp.svc')).toBeUndefined();
  const parsed = new Parsed(server.certificate);
  expect(parsed.getExtension(ExtendedKeyUsageExtension)?.usages).toEqual(['1.3.6.1.5.5.7.3.1']);
  expect(parsed.getExtension(KeyUsagesExtension)?.usages).toBe(KeyUsageFlags.digitalSignature);
});

test("a server's certificate names the key of its authority", () => {
  const issued = new Parsed(server.certificate).getExtension(AuthorityKeyIdentifierExtension);
  const own = new Parsed(authority.certificate).getExtension(SubjectKeyIdentifierExtension);
  expect(issued?.keyId).toMatch(/^[0-9a-f]{40}$/);
  expect(issued?.keyId).toBe(own?.keyId);
});

test('keys are PKCS #8, on P-256, and of their certificates', () => {
  for (const made of [authority, server]) {
    expect(made.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(createPrivateKey(made.key).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(read(made).checkPrivateKey(createPrivateKey(made.key))).toBe(true);
  }
});

test('serial numbers are random, positive and at most 20 octets', async () => {
  const made = await Promise.all(
    Array.from({ length: 20 }, () => makeServerCertificate(authority, 'a', ['a.b'], NOON)),
  );
  const serials = [authority, ...made].map((each) => read(each).serialNumber);
  expect(new Set(serials).size).toBe(21);
  for (const serial of serials) expect(serial).toMatch(/^[0-9A-F]{24,40}$/);
});

test('a client that trusts the authority alone accepts the server under each of its names', async () => {
  for (const name of NAMES) await handshake(server, authority.certificate, name);
});

test('and refuses it under another name, or with another authority of the same name', async () => {
  await expect(handshake(server, authority.certificate, 'other.idp.svc')).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  const other = await makeAuthority(new Date());
  await expect(handshake(server, other.certificate, 'keycloak.idp.svc')).rejects.toThrow(/certificate|issuer/);
});
