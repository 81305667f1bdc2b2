import type { IncomingHttpHeaders } from 'node:http';

/**
 * What a provider gets of a caller's headers. Everything else stays here: `Authorization`, cookies, `X-Forwarded-*`,
 * and what describes this connection only (RFC 9110 §7.6.1). `Content-Type` is the body reader's to say. So does
 * `Idempotency-Key`: all callers share one account there, and one could be given another's answer.
 */
export const TO_PROVIDER = ['accept', 'anthropic-beta', 'anthropic-version', 'openai-beta'] as const;

/** What a caller gets of a provider's headers, beside those that begin with one of {@link TO_CALLER_PREFIXES}. */
const TO_CALLER = new Set([
  ...['content-type', 'content-length', 'content-encoding', 'content-disposition', 'cache-control'],
  ...['retry-after', 'retry-after-ms', 'x-should-retry'],
]);
const TO_CALLER_PREFIXES = ['x-ratelimit-', 'ratelimit', 'anthropic-ratelimit-'];

/** The headers of the answer to the caller: the allowed ones of the provider's. */
export function responseHeaders(status: number, provider: IncomingHttpHeaders): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  for (const name in provider) {
    const value = provider[name];
    if (value !== undefined && (TO_CALLER.has(name) || TO_CALLER_PREFIXES.some((prefix) => name.startsWith(prefix)))) {
      headers[name] = name === 'content-type' ? String([value].flat()[0]) : value;
    }
  }
  // RFC 9110 §8.6: no body, no length.
  if (status === 204) delete headers['content-length'];
  return headers;
}
