import { type Attack, goodClaims, goodHeader, testAttacks } from './support/attack.ts';
import { attackerKey, encode, forge, rs256 } from './support/forge.ts';
import type { TestBed } from './support/gateway.ts';

const LIMIT = 16 * 1024;

const good = (bed: TestBed) => bed.issuer.token();
const changed = (change: (token: string) => string) => async (bed: TestBed) => change(await good(bed));
const parts = (change: (parts: [string, string, string]) => string[]) =>
  changed((token) => change(token.split('.') as [string, string, string]).join('.'));
/** Header and claims as texts, signed by the issuer. */
const signed = (header: (bed: TestBed) => unknown, claims: (bed: TestBed) => unknown) => (bed: TestBed) =>
  forge(header(bed), claims(bed), rs256(bed.issuer.privateKey));
const attacker = attackerKey();

/** A good token of exactly so many bytes. */
function ofSize(size: number) {
  return (bed: TestBed) => {
    for (const more of ['', 'x', 'xx', 'xxx']) {
      const make = (length: number) =>
        forge(goodHeader(bed, { more }), goodClaims(bed, { pad: 'x'.repeat(length) }), rs256(bed.issuer.privateKey));
      const near = Math.floor(((size - make(0).length) * 3) / 4);
      for (let length = near - 4; length <= near + 4; length++) {
        const token = make(length);
        if (token.length === size) return token;
      }
    }
    throw new TypeError(`no token of ${size} bytes`);
  };
}

const attacks: readonly Attack[] = [
  ['exactly as large as allowed', ofSize(LIMIT), 200],
  ['one byte larger', ofSize(LIMIT + 1), 'token_too_large'],
  ['much larger', () => 'a'.repeat(40_000), 'token_too_large'],
  ['one part', () => 'abc', 'token_malformed'],
  ['two parts', parts(([header, claims]) => [header, claims]), 'token_malformed'],
  ['four parts', parts((all) => [...all, 'x']), 'token_malformed'],
  ['five parts: encrypted', () => `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a.b.c.d`, 'token_malformed'],
  ['a thousand parts', () => '.'.repeat(1000), 'token_malformed'],
  ['a dot behind', changed((token) => `${token}.`), 'token_malformed'],
  ['a dot before', changed((token) => `.${token}`), 'token_malformed'],
  ['three empty parts', () => '..', 'token_malformed'],
  ['an empty header', parts(([, claims, signature]) => ['', claims, signature]), 'token_malformed'],
  ['empty claims', parts(([header, , signature]) => [header, '', signature]), 'token_malformed'],
  ['an empty signature', parts(([header, claims]) => [header, claims, '']), 'token_signature'],
  ['a space inside', changed((token) => token.replace('.', ' .')), 'token_malformed'],
  ['a tab inside', changed((token) => token.replace('.', '.\t')), 'token_malformed'],
  ['padding behind the header', parts(([header, ...rest]) => [`${header}=`, ...rest]), 'token_malformed'],
  ['padding behind the signature', changed((token) => `${token}==`), 'token_malformed'],
  [
    'the other base64 alphabet',
    parts(([header, claims, signature]) => [header, claims, `+/${signature.slice(2)}`]),
    'token_malformed',
  ],
  ['percent-encoding', changed((token) => token.replace('.', '%2E')), 'token_malformed'],
  ['quotation marks', changed((token) => `"${token}"`), 'token_malformed'],
  ['a second token behind a comma', changed((token) => `${token}, Bearer ${token}`), 'token_malformed'],
  ['a second token behind a space', changed((token) => `${token} ${token}`), 'token_malformed'],
  ['selective disclosure', changed((token) => `${token}~disclosure~`), 'token_malformed'],
  ['a letter that looks alike', changed((token) => token.replace('.', '\u00b7')), 'token_malformed'],
  ['a header that is not JSON', signed(() => 'nonsense', goodClaims), 'token_malformed'],
  ['a header that is a list', signed(() => '["RS256"]', goodClaims), 'token_malformed'],
  ['a header that is null', signed(() => 'null', goodClaims), 'token_malformed'],
  ['claims that are not JSON', signed(goodHeader, () => 'nonsense'), 'token_malformed'],
  ['claims that are a list', signed(goodHeader, () => '[]'), 'token_malformed'],
  ['claims that are a text', signed(goodHeader, () => '"iss"'), 'token_malformed'],
  [
    'claims with a trailing comma',
    signed(goodHeader, (bed) => JSON.stringify(goodClaims(bed)).replace(/}$/, ',}')),
    'token_malformed',
  ],
  ['claims nested 5,000 deep', signed(goodHeader, () => `${'['.repeat(5000)}${']'.repeat(5000)}`), 'token_malformed'],
  ['critical: unknown', signed((bed) => goodHeader(bed, { crit: ['exp'], exp: 1 }), goodClaims), 'token_malformed'],
  [
    'critical: an unknown extension',
    signed((bed) => goodHeader(bed, { crit: ['x'], x: true }), goodClaims),
    'token_malformed',
  ],
  ['critical: empty', signed((bed) => goodHeader(bed, { crit: [] }), goodClaims), 'token_malformed'],
  ['critical: not a list', signed((bed) => goodHeader(bed, { crit: 'b64' }), goodClaims), 'token_malformed'],
  ['critical: not there', signed((bed) => goodHeader(bed, { crit: ['missing'] }), goodClaims), 'token_malformed'],
  ['critical: null', signed((bed) => goodHeader(bed, { crit: null }), goodClaims), 'token_malformed'],
  [
    'an unencoded payload',
    signed((bed) => goodHeader(bed, { crit: ['b64'], b64: false }), goodClaims),
    'token_malformed',
  ],
  [
    'a compressed payload',
    signed((bed) => goodHeader(bed, { crit: ['zip'], zip: 'DEF' }), goodClaims),
    'token_malformed',
  ],
  [
    'alg twice, none last',
    (bed) => forge(JSON.stringify(goodHeader(bed)).replace('}', ',"alg":"none"}'), goodClaims(bed), () => ''),
    'token_algorithm',
  ],
  [
    'alg twice, none first',
    (bed) => forge(JSON.stringify(goodHeader(bed)).replace('{', '{"alg":"none",'), goodClaims(bed), () => ''),
    'token_signature',
  ],
  [
    'iss twice, signed by an attacker',
    (bed) =>
      forge(
        goodHeader(bed),
        JSON.stringify(goodClaims(bed)).replace('{', '{"iss":"https://evil.test",'),
        rs256(attacker.privateKey),
      ),
    'token_signature',
  ],
  [
    'iss twice, the other last, signed by the issuer',
    signed(goodHeader, (bed) => JSON.stringify(goodClaims(bed)).replace(/}$/, ',"iss":"https://evil.test"}')),
    'issuer_mismatch',
  ],
  [
    'claims that reach for the prototype',
    signed(goodHeader, () => '{"__proto__":{"iss":"x","exp":9999999999}}'),
    'token_claims',
  ],
];

testAttacks(attacks);
