import type { errors, JWTPayload } from 'jose';
import type { AuthConfig } from '../config.ts';
import { GatewayError } from '../errors.ts';
import type { Principal } from './principal.ts';

/** Header types of access tokens: RFC 9068 §4, and RFC 7519 §5.1's general one. */
const ACCESS_TOKEN_TYPES = new Set<unknown>(['at+jwt', 'application/at+jwt']);
const GENERAL_TYPES = new Set<unknown>([undefined, 'jwt', 'application/jwt']);
/** Keycloak's claim `typ`. */
const KEYCLOAK_ACCESS_TOKEN_TYPES = new Set<unknown>(['Bearer', 'DPoP']);
/** OpenID Connect Core §2 and §3.3.2.11, Back-Channel Logout §2.4: claims that an access token does not have. */
const OTHER_TOKENS_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'];

/**
 * Checks the claims of a token whose signature, issuer and times are good: its kind, audience, party and scopes.
 *
 * @throws GatewayError token_type, token_bound, token_claims, audience_mismatch, party_mismatch, insufficient_scope
 */
export function checkClaims(claims: JWTPayload, headerType: unknown, config: AuthConfig): void {
  checkType(claims, headerType, config);
  // RFC 7800 §3.1: whoever holds a bound token must prove it; what can't be checked is not accepted.
  if (claims['cnf'] !== undefined || claims['typ'] === 'DPoP') throw new GatewayError('token_bound');
  // RFC 7519 §4.1.2; it goes into the log and into policies as a string.
  if (claims.sub !== undefined && typeof claims.sub !== 'string')
    throw new GatewayError('token_claims', { claim: 'sub' });
  // JSON's 1e999 is a number for jose, and a token that never ends.
  if (!Number.isFinite(claims.exp)) throw new GatewayError('token_claims', { claim: 'exp' });
  checkIssuedAt(claims, config);
  checkAudience(claims, config);
  const party = partyOf(claims);
  if (config.authorizedParties.length > 0 && !config.authorizedParties.includes(party ?? '')) {
    throw new GatewayError('party_mismatch', { got: party ?? 'nobody' });
  }
  const scopes = scopesOf(claims);
  const missing = config.requiredScopes.filter((scope) => !scopes.includes(scope));
  if (missing.length > 0) throw new GatewayError('insufficient_scope', { scope: missing.join(' ') });
}

function checkType(claims: JWTPayload, headerType: unknown, { untypedTokens }: AuthConfig): void {
  const header = typeof headerType === 'string' ? headerType.toLowerCase() : headerType;
  const claim = claims['typ'];
  const declared = ACCESS_TOKEN_TYPES.has(header);
  if (!declared && !GENERAL_TYPES.has(header)) throw wrongType(`its header's typ is ${JSON.stringify(headerType)}`);
  if (claim !== undefined && !KEYCLOAK_ACCESS_TOKEN_TYPES.has(claim)) {
    throw wrongType(`its typ is ${JSON.stringify(claim)}`);
  }
  if (declared || claim !== undefined) return;
  if (untypedTokens === 'refuse') throw wrongType('it has neither a typ claim nor an at+jwt header');
  const telltale = OTHER_TOKENS_CLAIMS.find((name) => claims[name] !== undefined);
  if (telltale) throw wrongType(`it has the claim ${telltale}`);
}

const wrongType = (type: string) => new GatewayError('token_type', { type });

function checkIssuedAt({ iat }: JWTPayload, { clockTolerance }: AuthConfig): void {
  if (iat === undefined) return;
  if (typeof iat !== 'number') throw new GatewayError('token_claims', { claim: 'iat' });
  const ahead = iat - Date.now() / 1000;
  if (ahead > clockTolerance / 1000) throw notYetValid('iat', ahead);
}

function checkAudience(claims: JWTPayload, { audience, clientId }: AuthConfig): void {
  const audiences = audiencesOf(claims);
  if (audiences.includes(audience ?? clientId)) return;
  // Without an audience mapper Keycloak says for whom a token is in `azp` alone.
  if (audience === undefined && claims['azp'] === clientId) return;
  throw new GatewayError('audience_mismatch', {
    got: audiences.join(', ') || 'nobody',
    expected: audience ?? clientId,
  });
}

/** Whether a token passed by its `azp` alone: worth a hint at the audience mapper. */
export function lacksAudience(claims: Readonly<Record<string, unknown>>, config: AuthConfig): boolean {
  return config.audience === undefined && !audiencesOf(claims).includes(config.clientId);
}

function audiencesOf({ aud }: JWTPayload): readonly string[] {
  if (typeof aud === 'string') return [aud];
  return Array.isArray(aud) ? aud.filter((one) => typeof one === 'string') : [];
}

/** Keycloak and OpenID Connect say `azp`, RFC 9068 §2.2 says `client_id`. */
function partyOf(claims: JWTPayload): string | undefined {
  const party = claims['azp'] ?? claims['client_id'];
  return typeof party === 'string' ? party : undefined;
}

/** RFC 8693 §4.2: a space-delimited string; Okta sends a list as `scp`, Entra ID a string. */
function scopesOf(claims: JWTPayload): readonly string[] {
  const scope = claims['scope'] ?? claims['scp'];
  if (Array.isArray(scope)) return scope.filter((one) => typeof one === 'string');
  return typeof scope === 'string' ? scope.split(' ').filter((one) => one !== '') : [];
}

/** Who the claims of a verified token say the caller is. */
export function principalOf(claims: JWTPayload, issuer: string): Principal {
  const client = partyOf(claims);
  return {
    subject: claims.sub ?? client ?? 'unknown',
    ...(client !== undefined && { client }),
    issuer,
    scopes: scopesOf(claims),
    expiresAt: claims.exp ?? 0,
    claims,
  };
}

/** Tells the caller of a time or form that jose found wrong. */
export function claimError(error: errors.JWTExpired | errors.JWTClaimValidationFailed): GatewayError {
  const now = Date.now() / 1000;
  const { claim, payload } = error;
  if (error.code === 'ERR_JWT_EXPIRED') {
    return new GatewayError('token_expired', { ago: seconds(now - (payload.exp ?? now)) }, { cause: error });
  }
  if (claim === 'nbf' && error.reason === 'check_failed') return notYetValid('nbf', (payload.nbf ?? now) - now);
  return new GatewayError('token_claims', { claim }, { cause: error });
}

const notYetValid = (claim: string, ahead: number) =>
  new GatewayError('token_not_yet_valid', { claim, ahead: seconds(ahead) });

const seconds = (count: number): string => (count < 120 ? `${Math.round(count)} s` : `${Math.round(count / 60)} min`);
