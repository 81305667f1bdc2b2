import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Attack, goodClaims, goodHeader, testAttacks } from './support/attack.ts';
import { forge, hmac, rs256 } from './support/forge.ts';
import type { TestBed } from './support/gateway.ts';

// The issuer publishes these beside its good key; what they are signs good tokens, and must not count.
const rsa = (bits = 2048) => generateKeyPairSync('rsa', { modulusLength: bits });
const [small, encryption, named, busy, leaked, plain] = [rsa(1024), rsa(), rsa(), rsa(), rsa(), rsa()];
const SECRET = Buffer.alloc(64, 7);
const jwk = (key: KeyObject, kid: string, members: object) => ({ ...key.export({ format: 'jwk' }), kid, ...members });

const by =
  (key: KeyObject, kid: string, header: Record<string, unknown> = {}, hash?: string) =>
  (bed: TestBed) =>
    forge(goodHeader(bed, { kid, ...header }), goodClaims(bed), rs256(key, hash));

const attacks: readonly Attack[] = [
  ['an RSA key of 1024 bits', by(small.privateKey, 'small'), 'key_unknown'],
  ['an RSA key of 1024 bits, not named', by(small.privateKey, 'small', { kid: undefined }), 'token_signature'],
  ['an encryption key', by(encryption.privateKey, 'encryption'), 'key_unknown'],
  ['a key for RS512 with RS256', by(named.privateKey, 'named'), 'key_unknown'],
  ['a key for RS512 with RS512', by(named.privateKey, 'named', { alg: 'RS512' }, 'sha512'), 200],
  ['a key for other operations', by(busy.privateKey, 'busy'), 'key_unknown'],
  ['a private key that was published', by(leaked.privateKey, 'leaked'), 'key_unknown'],
  [
    'a symmetric key',
    (bed) => forge({ alg: 'HS256', typ: 'JWT', kid: 'oct' }, goodClaims(bed), hmac(SECRET)),
    'token_algorithm',
  ],
  [
    'a symmetric key as RS256',
    (bed) => forge(goodHeader(bed, { kid: 'oct' }), goodClaims(bed), hmac(SECRET)),
    'key_unknown',
  ],
  ['a key without algorithm and use', by(plain.privateKey, 'plain'), 200],
];

testAttacks(attacks, ({ publicJwk }) => [
  publicJwk,
  jwk(small.publicKey, 'small', { alg: 'RS256', use: 'sig' }),
  jwk(encryption.publicKey, 'encryption', { alg: 'RS256', use: 'enc' }),
  jwk(named.publicKey, 'named', { alg: 'RS512', use: 'sig' }),
  jwk(busy.publicKey, 'busy', { alg: 'RS256', key_ops: ['encrypt', 'wrapKey'] }),
  jwk(leaked.privateKey, 'leaked', { alg: 'RS256', use: 'sig' }),
  jwk(plain.publicKey, 'plain', {}),
  { kty: 'oct', k: SECRET.toString('base64url'), kid: 'oct', alg: 'HS256', use: 'sig' },
]);
