import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Attack, goodClaims, goodHeader, testAttacks } from './support/attack.ts';
import { attackerKey, forge, rs256 } from './support/forge.ts';
import type { TestBed } from './support/gateway.ts';
import { listenOnLoopback } from './support/listen.ts';

const attacker = attackerKey();
const der = Buffer.from(attacker.pem.replace(/-----.*?-----|\n/g, ''), 'base64').toString('base64');

let asked = 0;
let close: () => Promise<void>;
let trap = '';
beforeAll(async () => {
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ keys: [attacker.jwk] }));
  });
  ({ url: trap, close } = await listenOnLoopback(server));
});
afterAll(() => close());

/** Signed by the attacker, with a header that brings the key or says where it is. */
const by = (header: (bed: TestBed) => Record<string, unknown>) => (bed: TestBed) =>
  forge(goodHeader(bed, header(bed)), goodClaims(bed), rs256(attacker.privateKey));
const kid = 'attackers';

const attacks: readonly Attack[] = [
  ['the attacker alone', by(() => ({})), 'token_signature'],
  ['jwk', by(() => ({ jwk: attacker.jwk })), 'token_signature'],
  ['jwk under its own key id', by(() => ({ jwk: { ...attacker.jwk, kid }, kid })), 'key_unknown'],
  ['jwk without a key id', by(() => ({ jwk: attacker.jwk, kid: undefined })), 'token_signature'],
  [
    'jwk with the issuer’s key id',
    by(({ issuer }) => ({ jwk: { ...attacker.jwk, kid: issuer.publicJwk.kid } })),
    'token_signature',
  ],
  ['jwk as critical', by(() => ({ jwk: attacker.jwk, crit: ['jwk'] })), 'token_malformed'],
  ['jku', by(() => ({ jku: `${trap}/keys` })), 'token_signature'],
  ['jku under another key id', by(() => ({ jku: `${trap}/keys`, kid })), 'key_unknown'],
  ['jku without a key id', by(() => ({ jku: `${trap}/keys`, kid: undefined })), 'token_signature'],
  [
    'jku that begins like the issuer',
    by(({ issuer }) => ({ jku: `${issuer.url}@${trap.slice(7)}/`, kid })),
    'key_unknown',
  ],
  ['x5u', by(() => ({ x5u: `${trap}/cert.pem` })), 'token_signature'],
  ['x5u under another key id', by(() => ({ x5u: `${trap}/cert.pem`, kid })), 'key_unknown'],
  ['x5c', by(() => ({ x5c: [der] })), 'token_signature'],
  [
    'x5c and x5t without a key id',
    by(() => ({ x5c: [der], x5t: 'AAAA', 'x5t#S256': 'AAAA', kid: undefined })),
    'token_signature',
  ],
  ['kid as an address', by(() => ({ kid: `${trap}/keys` })), 'key_unknown'],
  [
    'iss of the attacker, with a good key id',
    (bed) => forge(goodHeader(bed), goodClaims(bed, { iss: trap }), rs256(attacker.privateKey)),
    'issuer_mismatch',
  ],
  [
    'a key pair that is small',
    (bed) =>
      forge(goodHeader(bed), goodClaims(bed), rs256(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey)),
    'token_signature',
  ],
];

testAttacks(attacks);

test('none of the addresses in those headers was ever asked', () => {
  expect(trap).not.toBe('');
  expect(asked).toBe(0);
});
