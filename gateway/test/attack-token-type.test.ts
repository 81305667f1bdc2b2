import { type Attack, goodClaims, goodHeader, testAttacks } from './support/attack.ts';
import { attackerKey, forge, hmac, rs256 } from './support/forge.ts';
import type { TestBed } from './support/gateway.ts';
import { CLIENT_ID } from './support/issuer.ts';

/** Another of the issuer's tokens, with its good signature. */
const issued =
  (claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
  (bed: TestBed) =>
    forge(goodHeader(bed, header), goodClaims(bed, claims), rs256(bed.issuer.privateKey));

const proof = (bed: TestBed) => {
  const { privateKey, jwk } = attackerKey();
  const claims = { htm: 'POST', htu: `${bed.url}/v1/chat/completions`, jti: 'j', iat: Math.floor(Date.now() / 1000) };
  return forge({ typ: 'dpop+jwt', alg: 'RS256', jwk }, claims, rs256(privateKey));
};

const attacks: readonly Attack[] = [
  ['ID token', issued({ typ: 'ID', nonce: 'n', at_hash: 'h' }), 'token_type'],
  ['ID token of an issuer that does not say typ', issued({ typ: undefined, nonce: 'n' }), 'token_type'],
  ['refresh token', issued({ typ: 'Refresh', aud: CLIENT_ID }), 'token_type'],
  [
    'refresh token as Keycloak signs it',
    (bed) => forge({ alg: 'HS512', typ: 'JWT' }, goodClaims(bed, { typ: 'Refresh' }), hmac('x', 'sha512')),
    'token_algorithm',
  ],
  ['offline token', issued({ typ: 'Offline' }), 'token_type'],
  [
    'logout token',
    issued({ typ: 'Logout', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    'token_type',
  ],
  ['logout token by its header', issued({ typ: undefined }, { typ: 'logout+jwt' }), 'token_type'],
  ['registration access token', issued({ typ: 'RegistrationAccessToken' }), 'token_type'],
  ['initial access token', issued({ typ: 'InitialAccessToken' }), 'token_type'],
  ['userinfo answer', issued({ typ: undefined, exp: undefined, email: 'a@b.test' }), 'token_claims'],
  ['userinfo answer with exp', issued({ typ: undefined, email: 'a@b.test' }), 'token_type'],
  ['introspection answer', issued({ typ: undefined }, { typ: 'token-introspection+jwt' }), 'token_type'],
  ['authorization response (JARM)', issued({ typ: undefined, code: 'c', state: 's' }), 'token_type'],
  ['security event', issued({ typ: undefined }, { typ: 'secevent+jwt' }), 'token_type'],
  ['verifiable credential', issued({ typ: undefined }, { typ: 'dc+sd-jwt' }), 'token_type'],
  ['client assertion', issued({ iss: CLIENT_ID, typ: undefined }), 'issuer_mismatch'],
  ['DPoP proof', proof, 'token_claims'],
  ['DPoP-bound token', issued({ typ: 'DPoP', cnf: { jkt: 'thumbprint' } }), 'token_bound'],
  ['DPoP-bound token that says Bearer', issued({ cnf: { jkt: 'thumbprint' } }), 'token_bound'],
  ['DPoP token that lost its cnf', issued({ typ: 'DPoP' }), 'token_bound'],
  ['certificate-bound token', issued({ cnf: { 'x5t#S256': 'thumbprint' } }), 'token_bound'],
  ['token with cnf null', issued({ cnf: null }), 'token_bound'],
  ['token with cnf false', issued({ cnf: false }), 'token_bound'],
  ['no type at all', issued({ typ: undefined }, { typ: undefined }), 'token_type'],
  ['type empty', issued({ typ: '' }), 'token_type'],
  ['type in another case', issued({ typ: 'BEARER' }), 'token_type'],
  ['type in a list', issued({ typ: ['Bearer'] }), 'token_type'],
  ['type as an object that cannot be written', issued({ typ: { toString: 1, valueOf: 1 } }), 'token_type'],
  ['header type as an object that cannot be written', issued({}, { typ: { toString: 1 } }), 'token_type'],
  ['header type in a list', issued({ typ: undefined }, { typ: ['at+jwt'] }), 'token_type'],
  ['at+jwt in the header but ID in the claim', issued({ typ: 'ID' }, { typ: 'at+jwt' }), 'token_type'],
  ['access token by RFC 9068', issued({ typ: undefined }, { typ: 'at+jwt' }), 200],
  ['access token by RFC 9068 in full', issued({ typ: undefined }, { typ: 'application/AT+JWT' }), 200],
];

testAttacks(attacks);
