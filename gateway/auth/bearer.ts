import { GatewayError } from '../errors.ts';

/** Bytes of a token at most. The server's header limit lies above, so that this refusal can be told. */
export const MAX_TOKEN_SIZE = 16 * 1024;

const AUTHORIZATION = 'authorization';
const SCHEME = 'bearer';
/** RFC 6750 §2.1: b64token. */
const B64_TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;

/**
 * Takes the token out of the `Authorization` header: RFC 6750 §2.1, the scheme in any case (RFC 9110 §11.1).
 * Never looks at the query or the body.
 *
 * @param rawHeaders names and values in turn, as received: Node's joined headers hide repeated ones
 * @param issuer told to callers who sent nothing
 * @throws GatewayError credentials_missing, credentials_repeated, token_too_large, token_malformed
 */
export function bearerToken(rawHeaders: readonly string[], issuer: string): string {
  const credentials = authorization(rawHeaders);
  if (credentials === undefined || !isBearer(credentials)) throw new GatewayError('credentials_missing', { issuer });
  const token = credentials.slice(SCHEME.length).replace(/^ +/, '');
  if (token.length > MAX_TOKEN_SIZE) {
    throw new GatewayError('token_too_large', { size: token.length, limit: MAX_TOKEN_SIZE });
  }
  if (token === '') throw new GatewayError('token_malformed', { reason: 'it is empty' });
  if (!B64_TOKEN.test(token))
    throw new GatewayError('token_malformed', { reason: 'it has characters that no token has' });
  return token;
}

function authorization(rawHeaders: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length !== AUTHORIZATION.length || name.toLowerCase() !== AUTHORIZATION) continue;
    if (found !== undefined) throw new GatewayError('credentials_repeated');
    found = rawHeaders[i + 1] as string;
  }
  return found;
}

function isBearer(credentials: string): boolean {
  if (credentials.slice(0, SCHEME.length).toLowerCase() !== SCHEME) return false;
  const next = credentials[SCHEME.length];
  return next === undefined || next === ' ';
}
