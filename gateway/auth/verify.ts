import { type CryptoKey, decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { AuthConfig } from '../config.ts';
import { GatewayError } from '../errors.ts';
import { checkClaims, claimError, principalOf } from './claims.ts';
import type { KeySet } from './key-set.ts';
import type { KeyStore } from './key-store.ts';
import type { Principal } from './principal.ts';

type Header = ReturnType<typeof decodeProtectedHeader>;

/** RFC 7515 §2 and §7.1: base64url without padding, which jose would take. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Verifies a token as an access token of the configured issuer: RFC 7519 §7.2, RFC 8725 §3, and RFC 9068 §4 as far as
 * Keycloak's tokens allow. Does not ask the issuer whether the token was revoked, and looks at no policy.
 *
 * @throws GatewayError a 401 of the table, insufficient_scope, or issuer_unavailable
 */
export async function verifyToken(
  token: string,
  config: AuthConfig,
  keys: Pick<KeyStore, 'current' | 'refreshForUnknownKey'>,
) {
  const { header, claims } = decode(token);
  if (!config.algorithms.includes(header.alg ?? '')) {
    throw new GatewayError('token_algorithm', {
      // Not String(): the header is anybody's JSON so far, and an object may have a `toString` of its own.
      algorithm: typeof header.alg === 'string' ? header.alg : 'no algorithm',
      accepted: config.algorithms.join(', '),
    });
  }
  // Before any key is looked for, so that another issuer's tokens cause no fetch; the signature then covers it.
  if (claims.iss !== config.issuer) throw issuerMismatch(claims, config);
  const candidates = await findKeys(header, config, keys);
  const payload = await verifySignature(token, candidates, config);
  checkClaims(payload, header.typ, config);
  return principalOf(payload, config.issuer) satisfies Principal;
}

function decode(token: string): { header: Header; claims: JWTPayload } {
  const parts = token.split('.').length;
  if (parts !== 3) {
    const reason = parts === 5 ? 'it is encrypted' : `it has ${parts} part${parts === 1 ? '' : 's'} instead of 3`;
    throw new GatewayError('token_malformed', { reason });
  }
  if (!COMPACT.test(token)) throw new GatewayError('token_malformed', { reason: 'its parts are not base64url' });
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch (error) {
    throw new GatewayError('token_malformed', { reason: 'its header or claims cannot be decoded' }, { cause: error });
  }
}

function issuerMismatch(claims: JWTPayload, config: AuthConfig): GatewayError {
  if (typeof claims.iss !== 'string') return new GatewayError('token_claims', { claim: 'iss' });
  return new GatewayError('issuer_mismatch', { got: claims.iss, expected: config.issuer });
}

async function findKeys(
  header: Header,
  config: AuthConfig,
  keys: Pick<KeyStore, 'current' | 'refreshForUnknownKey'>,
): Promise<readonly CryptoKey[]> {
  const find = async (set: KeySet | undefined) => {
    if (!set) throw new GatewayError('issuer_unavailable', { issuer: config.issuer });
    return set.candidates(header);
  };
  const found = await find(keys.current());
  if (found.length > 0) return found;
  await keys.refreshForUnknownKey();
  const foundThen = await find(keys.current());
  if (foundThen.length === 0) throw new GatewayError('key_unknown', { issuer: config.issuer });
  return foundThen;
}

async function verifySignature(
  token: string,
  candidates: readonly CryptoKey[],
  config: AuthConfig,
): Promise<JWTPayload> {
  let refusal: unknown;
  for (const key of candidates) {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [...config.algorithms],
        issuer: config.issuer,
        clockTolerance: config.clockTolerance / 1000,
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      refusal = error;
      // Only a signature that doesn't fit leaves hope for the next key.
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) break;
    }
  }
  throw joseError(refusal);
}

function joseError(error: unknown): GatewayError {
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new GatewayError('token_signature', {}, { cause: error });
  if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) return claimError(error);
  // RFC 7515 §4.1.11: a `crit` that we don't understand makes the token invalid; so does an unencoded payload (RFC 7797 §7).
  return new GatewayError('token_malformed', { reason: 'its header cannot be used' }, { cause: error });
}
