import { createPublicKey } from 'node:crypto';
import { type Attack, goodClaims, goodHeader, testAttacks } from './support/attack.ts';
import { forge, hmac, rs256, unsigned } from './support/forge.ts';
import type { TestBed } from './support/gateway.ts';

const none =
  (alg: unknown, sign = unsigned) =>
  (bed: TestBed) =>
    forge(goodHeader(bed, { alg }), goodClaims(bed), sign);
const issuerSigned = (alg: unknown, hash?: string) => (bed: TestBed) =>
  forge(goodHeader(bed, { alg }), goodClaims(bed), rs256(bed.issuer.privateKey, hash));

/** RFC 8725 §2.1: the public key as an HMAC secret, in each form that a careless library might take it. */
const hmacWith =
  (secretOf: (bed: TestBed) => string | Buffer, alg = 'HS256', hash = 'sha256') =>
  (bed: TestBed) =>
    forge(goodHeader(bed, { alg }), goodClaims(bed), hmac(secretOf(bed), hash));
const publicKey = ({ issuer }: TestBed) => createPublicKey({ key: issuer.publicJwk, format: 'jwk' });
const pem = (bed: TestBed) => publicKey(bed).export({ format: 'pem', type: 'spki' }).toString();

const attacks: readonly Attack[] = [
  ['the same by the rules passes', issuerSigned('RS256'), 200],
  ...['none', 'None', 'NONE', 'nOnE', 'none ', ' none', '', 'null', 'NaN', 'non\u0435'].map(
    (alg): Attack => [`alg ${JSON.stringify(alg)} without a signature`, none(alg), 'token_algorithm'],
  ),
  ['alg none with a signature', none('none', hmac('x')), 'token_algorithm'],
  ['alg none with a good RS256 signature', issuerSigned('none'), 'token_algorithm'],
  ['no alg', none(undefined), 'token_algorithm'],
  ['alg null', none(null), 'token_algorithm'],
  ['alg as a number', none(0), 'token_algorithm'],
  ['alg true', none(true), 'token_algorithm'],
  ['alg in a list', issuerSigned(['RS256']), 'token_algorithm'],
  ['alg as an object that cannot be written', issuerSigned({ toString: 1, valueOf: 1 }), 'token_algorithm'],
  ['alg RS256 without a signature', none('RS256'), 'token_signature'],
  ['alg in lower case', issuerSigned('rs256'), 'token_algorithm'],
  ['alg with a space', issuerSigned('RS256 '), 'token_algorithm'],
  ['alg RS1', issuerSigned('RS1', 'sha1'), 'token_algorithm'],
  ['alg __proto__', issuerSigned('__proto__'), 'token_algorithm'],
  ['alg constructor', issuerSigned('constructor'), 'token_algorithm'],
  ['HS256 with the PEM', hmacWith(pem), 'token_algorithm'],
  ['HS256 with the PEM without its last line end', hmacWith((bed) => pem(bed).trimEnd()), 'token_algorithm'],
  ['HS384 with the PEM', hmacWith(pem, 'HS384', 'sha384'), 'token_algorithm'],
  ['HS512 with the PEM', hmacWith(pem, 'HS512', 'sha512'), 'token_algorithm'],
  ['HS256 in lower case with the PEM', hmacWith(pem, 'hs256'), 'token_algorithm'],
  [
    'HS256 with the PKCS #1 PEM',
    hmacWith((bed) => publicKey(bed).export({ format: 'pem', type: 'pkcs1' })),
    'token_algorithm',
  ],
  ['HS256 with the DER', hmacWith((bed) => publicKey(bed).export({ format: 'der', type: 'spki' })), 'token_algorithm'],
  ['HS256 with the JWK', hmacWith(({ issuer }) => JSON.stringify(issuer.publicJwk)), 'token_algorithm'],
  ['HS256 with the modulus as text', hmacWith(({ issuer }) => issuer.publicJwk.n ?? ''), 'token_algorithm'],
  [
    'HS256 with the modulus',
    hmacWith(({ issuer }) => Buffer.from(issuer.publicJwk.n ?? '', 'base64url')),
    'token_algorithm',
  ],
  ['HS256 with the key id', hmacWith(({ issuer }) => issuer.publicJwk.kid ?? ''), 'token_algorithm'],
  ['HS256 with nothing', hmacWith(() => ''), 'token_algorithm'],
  ['RS256 with the PEM as an HMAC secret', hmacWith(pem, 'RS256'), 'token_signature'],
  // The published key says alg RS256 (RFC 8725 §3.1: one key, one algorithm), though its holder could sign so.
  ['RS512 by the key that says RS256', issuerSigned('RS512', 'sha512'), 'key_unknown'],
  ['PS256 by the key that says RS256', issuerSigned('PS256'), 'key_unknown'],
  ['ES256 by the key that says RS256', issuerSigned('ES256'), 'key_unknown'],
];

testAttacks(attacks);
