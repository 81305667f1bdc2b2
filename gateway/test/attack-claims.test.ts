import { type Attack, goodClaims, goodHeader, testAttacks } from './support/attack.ts';
import { forge, rs256 } from './support/forge.ts';
import type { TestBed } from './support/gateway.ts';
import { CLIENT_ID } from './support/issuer.ts';

/** Signed by the issuer: what is wrong is what it says. */
const claims = (changes: (bed: TestBed) => Record<string, unknown>) => (bed: TestBed) =>
  forge(goodHeader(bed), goodClaims(bed, changes(bed)), rs256(bed.issuer.privateKey));
const fixed = (changes: Record<string, unknown>) => claims(() => changes);
/** The claims as JSON text, for numbers that JSON.stringify would not write. */
const written = (name: string, value: string) => (bed: TestBed) => {
  const text = JSON.stringify(goodClaims(bed, { [name]: undefined }));
  return forge(goodHeader(bed), `${text.slice(0, -1)},"${name}":${value}}`, rs256(bed.issuer.privateKey));
};
const now = () => Date.now() / 1000;

const issuers: readonly Attack[] = [
  ['no iss', fixed({ iss: undefined }), 'token_claims'],
  ['iss empty', fixed({ iss: '' }), 'issuer_mismatch'],
  ['iss null', fixed({ iss: null }), 'token_claims'],
  ['iss in a list', claims(({ issuer }) => ({ iss: [issuer.url] })), 'token_claims'],
  ['iss as an object', fixed({ iss: { toString: 1 } }), 'token_claims'],
  ['iss with a slash more', claims(({ issuer }) => ({ iss: `${issuer.url}/` })), 'issuer_mismatch'],
  ['iss with a character less', claims(({ issuer }) => ({ iss: issuer.url.slice(0, -1) })), 'issuer_mismatch'],
  ['iss that begins like it', claims(({ issuer }) => ({ iss: `${issuer.url}.evil.test` })), 'issuer_mismatch'],
  ['iss that holds it', claims(({ issuer }) => ({ iss: `https://evil.test/?${issuer.url}` })), 'issuer_mismatch'],
  ['iss in another case', claims(({ issuer }) => ({ iss: issuer.url.replace('realms', 'Realms') })), 'issuer_mismatch'],
  ['iss with a space', claims(({ issuer }) => ({ iss: `${issuer.url} ` })), 'issuer_mismatch'],
  ['iss of another realm', claims(({ issuer }) => ({ iss: issuer.url.replace('test', 'master') })), 'issuer_mismatch'],
  ['iss with a fragment', claims(({ issuer }) => ({ iss: `${issuer.url}#` })), 'issuer_mismatch'],
  [
    'iss written as an equal URL',
    claims(({ issuer }) => ({ iss: issuer.url.replace('test', '%74est') })),
    'issuer_mismatch',
  ],
];

const audiences: readonly Attack[] = [
  ['aud of another', fixed({ aud: 'other', azp: 'other' }), 'audience_mismatch'],
  ['no aud, another azp', fixed({ aud: undefined, azp: 'other' }), 'audience_mismatch'],
  ['aud empty', fixed({ aud: '', azp: '' }), 'audience_mismatch'],
  ['aud an empty list', fixed({ aud: [], azp: 'other' }), 'audience_mismatch'],
  ['aud *', fixed({ aud: '*', azp: '*' }), 'audience_mismatch'],
  ['aud that begins like ours', fixed({ aud: `${CLIENT_ID}-x`, azp: 'other' }), 'audience_mismatch'],
  ['aud as an object', fixed({ aud: { [CLIENT_ID]: true }, azp: 'other' }), 'audience_mismatch'],
  ['aud in a list too deep', fixed({ aud: [[CLIENT_ID]], azp: 'other' }), 'audience_mismatch'],
  ['aud true', fixed({ aud: true, azp: true }), 'audience_mismatch'],
  ['azp in a list', fixed({ aud: 'other', azp: [CLIENT_ID] }), 'audience_mismatch'],
];

const times: readonly Attack[] = [
  ['no exp', fixed({ exp: undefined }), 'token_claims'],
  ['exp null', fixed({ exp: null }), 'token_claims'],
  ['exp as text', claims(() => ({ exp: `${Math.floor(now()) + 300}` })), 'token_claims'],
  ['exp in a list', claims(() => ({ exp: [now() + 300] })), 'token_claims'],
  ['exp true', fixed({ exp: true }), 'token_claims'],
  ['exp as a date', fixed({ exp: '2099-01-01T00:00:00Z' }), 'token_claims'],
  ['exp 0', fixed({ exp: 0 }), 'token_expired'],
  ['exp negative', fixed({ exp: -1 }), 'token_expired'],
  ['exp long past', fixed({ exp: 1_000_000_000 }), 'token_expired'],
  ['exp just beyond the tolerance', claims(() => ({ exp: now() - 32 })), 'token_expired'],
  ['exp minus infinity', written('exp', '-1e999'), 'token_expired'],
  ['exp infinite', written('exp', '1e999'), 'token_claims'],
  ['exp in a hundred years', claims(() => ({ exp: Math.floor(now()) + 3_155_760_000 })), 200],
  ['exp a fraction ahead', claims(() => ({ exp: now() + 300.5 })), 200],
  ['nbf ahead', claims(() => ({ nbf: now() + 60 })), 'token_not_yet_valid'],
  ['nbf in milliseconds', claims(() => ({ nbf: Date.now() })), 'token_not_yet_valid'],
  ['nbf infinite', written('nbf', '1e999'), 'token_not_yet_valid'],
  ['nbf as text', fixed({ nbf: '0' }), 'token_claims'],
  ['nbf null', fixed({ nbf: null }), 'token_claims'],
  ['iat ahead', claims(() => ({ iat: now() + 60 })), 'token_not_yet_valid'],
  ['iat as text', fixed({ iat: '0' }), 'token_claims'],
  ['iat null', fixed({ iat: null }), 'token_claims'],
  ['iat infinite', written('iat', '1e999'), 'token_not_yet_valid'],
];

const subjects: readonly Attack[] = [
  ['sub as an object', fixed({ sub: { toString: 1 } }), 'token_claims'],
  ['sub as a number', fixed({ sub: 1 }), 'token_claims'],
  ['sub in a list', fixed({ sub: ['admin'] }), 'token_claims'],
];

testAttacks([...issuers, ...audiences, ...times, ...subjects]);
