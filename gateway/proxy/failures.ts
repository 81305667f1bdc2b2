import { GatewayError } from '../errors.ts';

/** Which part of an exchange with a provider took too long. */
export type Phase = 'connect' | 'first byte' | 'idle';

/** One of the relay's own limits was passed. */
export class UpstreamTimeout extends Error {
  override readonly name = 'UpstreamTimeout';
  readonly phase: Phase;

  constructor(phase: Phase) {
    super(`${phase} timeout`);
    this.phase = phase;
  }
}

/**
 * What a caller is told of a failure on the provider's side. The failure itself goes along as the cause, for the log.
 *
 * @param begun whether the provider's answer had begun
 */
export function upstreamError(failure: Error & { code?: string }, provider: string, begun: boolean): GatewayError {
  const cause = { cause: failure };
  if (failure instanceof GatewayError) return failure;
  if (failure instanceof UpstreamTimeout) {
    return new GatewayError('upstream_timeout', { provider, phase: failure.phase }, cause);
  }
  const code = failure.code ?? '';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return new GatewayError('upstream_timeout', { provider, phase: 'connect' }, cause);
  }
  if (
    failure.name === 'HTTPParserError' ||
    code.startsWith('UND_ERR_HEADERS') ||
    code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'
  ) {
    return new GatewayError('upstream_invalid', { provider, reason: 'not well-formed HTTP' }, cause);
  }
  if (begun || code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') {
    return new GatewayError('upstream_interrupted', { provider }, cause);
  }
  return new GatewayError('upstream_unreachable', { provider }, cause);
}

/** Statuses that are about the gateway's key or address, not about the caller's request. */
export function refusalOf(status: number, provider: string): GatewayError | undefined {
  if (status === 401 || status === 403 || status === 407) return new GatewayError('upstream_auth_failed', { provider });
  if (status >= 200 && status < 300) return undefined;
  if (status >= 400 && status < 600) return undefined;
  return new GatewayError('upstream_invalid', { provider, reason: `status ${status}` });
}
