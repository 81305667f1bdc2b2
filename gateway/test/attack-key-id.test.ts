import { type Attack, goodClaims, goodHeader, testAttacks } from './support/attack.ts';
import { attackerKey, forge, rs256 } from './support/forge.ts';
import type { TestBed } from './support/gateway.ts';

const attacker = attackerKey();
const byAttacker = (kid: unknown) => (bed: TestBed) =>
  forge(goodHeader(bed, { kid }), goodClaims(bed), rs256(attacker.privateKey));
const byIssuer = (kid: unknown) => (bed: TestBed) =>
  forge(goodHeader(bed, { kid }), goodClaims(bed), rs256(bed.issuer.privateKey));

const attacks: readonly Attack[] = [
  ...[
    'unknown',
    '',
    ' ',
    '../../../../dev/null',
    '/proc/sys/kernel/randomize_va_space',
    'file:///dev/null',
    "' UNION SELECT 'secret' --",
    "x' OR '1'='1",
    '| sleep 5',
    '$(id)',
    '\0',
    'a\r\nX-Injected: yes',
    '__proto__',
    'constructor',
    '*',
    'k'.repeat(10_000),
    '\u202e\ufeff',
  ].map((kid): Attack => [`key id ${JSON.stringify(kid).slice(0, 40)}`, byAttacker(kid), 'key_unknown']),
  ...[0, 1, -1, 1e99, true, false, null, [], {}, [['a']]].map(
    (kid): Attack => [`key id ${JSON.stringify(kid)}, signed by the issuer`, byIssuer(kid), 'key_unknown'],
  ),
  ['the good key id in a list', (bed) => byIssuer([bed.issuer.publicJwk.kid])(bed), 'key_unknown'],
  ['the good key id as an object', (bed) => byIssuer({ toString: bed.issuer.publicJwk.kid })(bed), 'key_unknown'],
  ['the good key id in another case', (bed) => byIssuer(bed.issuer.publicJwk.kid?.toUpperCase())(bed), 'key_unknown'],
  ['the good key id and a space', (bed) => byIssuer(`${bed.issuer.publicJwk.kid} `)(bed), 'key_unknown'],
  ['the good key id and a zero byte', (bed) => byIssuer(`${bed.issuer.publicJwk.kid}\0`)(bed), 'key_unknown'],
  ['no key id, signed by the attacker', byAttacker(undefined), 'token_signature'],
  ['no key id, signed by the issuer', byIssuer(undefined), 200],
  ['the key id of another key of the issuer', byIssuer('third'), 'token_signature'],
  ['the key id of a key for another algorithm', byIssuer('second'), 'key_unknown'],
];

testAttacks(attacks, ({ publicJwk }) => [
  publicJwk,
  { ...attackerKey().jwk, kid: 'second', alg: 'RS512', use: 'sig' },
  { ...attackerKey().jwk, kid: 'third', alg: 'RS256', use: 'sig' },
]);
