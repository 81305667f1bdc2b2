import { generateKeyPairSync, sign } from 'node:crypto';
import { type Attack, goodClaims, goodHeader, testAttacks } from './support/attack.ts';
import { encode, forge, type Sign } from './support/forge.ts';
import type { TestBed } from './support/gateway.ts';

const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const edwards = generateKeyPairSync('ed25519');
/** The order of P-256's group. */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
const ZERO = Buffer.alloc(32);

const changed = (change: (signature: Buffer) => Buffer | string) => async (bed: TestBed) => {
  const [header = '', claims = '', signature = ''] = (await bed.issuer.token()).split('.');
  const made = change(Buffer.from(signature, 'base64url'));
  return `${header}.${claims}.${typeof made === 'string' ? made : made.toString('base64url')}`;
};
/** The same token with another payload or header under the old signature. */
const moved = (change: (header: string, claims: string, bed: TestBed) => string) => async (bed: TestBed) => {
  const [header = '', claims = '', signature = ''] = (await bed.issuer.token()).split('.');
  return `${change(header, claims, bed)}.${signature}`;
};
const es256 = (make: Sign) => (bed: TestBed) =>
  forge(goodHeader(bed, { alg: 'ES256', kid: 'curve' }), goodClaims(bed), make);
const eddsa = (make: Sign) => (bed: TestBed) =>
  forge(goodHeader(bed, { alg: 'EdDSA', kid: 'edwards' }), goodClaims(bed), make);
const p1363 = (input: string) =>
  sign('sha256', Buffer.from(input), { key: curve.privateKey, dsaEncoding: 'ieee-p1363' });
const flip = (signature: Buffer, at: number) => {
  signature.writeUInt8(signature.readUInt8(at) ^ 1, at);
  return signature;
};

const attacks: readonly Attack[] = [
  ['stripped', changed(() => ''), 'token_signature'],
  ['cut by a byte', changed((signature) => signature.subarray(0, -1)), 'token_signature'],
  ['cut to its half', changed((signature) => signature.subarray(0, 128)), 'token_signature'],
  ['a byte more', changed((signature) => Buffer.concat([signature, Buffer.of(0)])), 'token_signature'],
  ['a byte before', changed((signature) => Buffer.concat([Buffer.of(0), signature])), 'token_signature'],
  ['its first bit changed', changed((signature) => flip(signature, 0)), 'token_signature'],
  ['its last bit changed', changed((signature) => flip(signature, 255)), 'token_signature'],
  ['zeros', changed(() => Buffer.alloc(256)), 'token_signature'],
  ['one', changed(() => Buffer.concat([Buffer.alloc(255), Buffer.of(1)])), 'token_signature'],
  ['ones', changed(() => Buffer.alloc(256, 255)), 'token_signature'],
  ['a megabit', changed(() => Buffer.alloc(11_000, 1)), 'token_signature'],
  [
    'other claims',
    moved((header, _claims, bed) => `${header}.${encode(goodClaims(bed, { sub: 'admin' }))}`),
    'token_signature',
  ],
  [
    'another header',
    moved((_header, claims, bed) => `${encode(goodHeader(bed, { x: 1 }))}.${claims}`),
    'token_signature',
  ],
  ['header and claims swapped', moved((header, claims) => `${claims}.${header}`), 'token_algorithm'],
  ['ECDSA, good', es256(p1363), 200],
  ['ECDSA, r and s zero (CVE-2022-21449)', es256(() => Buffer.alloc(64)), 'token_signature'],
  ['ECDSA, r and s the order', es256(() => Buffer.concat([ORDER, ORDER])), 'token_signature'],
  ['ECDSA, s zero', es256((input) => Buffer.concat([p1363(input).subarray(0, 32), ZERO])), 'token_signature'],
  ['ECDSA, r zero', es256((input) => Buffer.concat([ZERO, p1363(input).subarray(32)])), 'token_signature'],
  ['ECDSA, in DER', es256((input) => sign('sha256', Buffer.from(input), curve.privateKey)), 'token_signature'],
  ['ECDSA, nothing', es256(() => ''), 'token_signature'],
  ['EdDSA, good', eddsa((input) => sign(null, Buffer.from(input), edwards.privateKey)), 200],
  ['EdDSA, zeros', eddsa(() => Buffer.alloc(64)), 'token_signature'],
  [
    'EdDSA, the neutral point and zero',
    eddsa(() => Buffer.concat([Buffer.of(1), Buffer.alloc(63)])),
    'token_signature',
  ],
];

testAttacks(attacks, ({ publicJwk }) => [
  publicJwk,
  { ...curve.publicKey.export({ format: 'jwk' }), kid: 'curve', alg: 'ES256', use: 'sig' },
  { ...edwards.publicKey.export({ format: 'jwk' }), kid: 'edwards', alg: 'EdDSA', use: 'sig' },
]);
