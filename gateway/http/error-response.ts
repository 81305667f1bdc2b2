import type { IncomingMessage } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { asGatewayError, errorBody, type GatewayError } from '../errors.ts';
import type { GatewayEnv } from './exchange.ts';

const REALM = 'gatehouse';
/** The longest wait for the rest of a request that is refused. */
const BODY_ARRIVES_MS = 100;

/** Answers whatever was thrown: the body and headers of its row of the table, and the exchange told why. */
export async function errorResponse(thrown: unknown, c: Context<GatewayEnv>): Promise<Response> {
  await bodyArrived(c.env.incoming);
  // The caller left, which is no error of anyone's.
  if (c.env.outgoing.destroyed) return RESPONSE_ALREADY_SENT;
  const error = asGatewayError(thrown);
  const exchange = c.get('exchange');
  exchange.code = error.code;
  const reason = reasonOf(error);
  if (reason !== undefined) exchange.reason = reason;
  const { status, retryAfter } = error.definition;
  const headers: Record<string, string> = { 'cache-control': 'no-store' };
  const challenge = challengeOf(error);
  if (challenge) headers['www-authenticate'] = challenge;
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  if (typeof error.facts['allowed'] === 'string') headers['allow'] = error.facts['allowed'];
  return c.json(errorBody(error, exchange.id), status as ContentfulStatusCode, headers);
}

/** RFC 6750 §3: every 401 and 403 has a challenge; without credentials (§3.1) it carries no error code. */
export function challengeOf(error: GatewayError): string | undefined {
  const { status, challenge } = error.definition;
  if (status !== 401 && status !== 403) return undefined;
  if (!challenge) return `Bearer realm="${REALM}"`;
  // §3: error_description has no quotation mark and no backslash.
  const description = error.message.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, '?');
  const scope =
    error.code === 'insufficient_scope' ? `, scope="${String(error.facts['scope']).replace(/["\\]/g, '')}"` : '';
  return `Bearer realm="${REALM}", error="${challenge}", error_description="${description}"${scope}`;
}

/** For the log. A gateway's own fault comes with its stack; others' objects may hold claims, so only their message counts. */
function reasonOf(error: GatewayError): string | undefined {
  const { cause } = error;
  if (!(cause instanceof Error)) return cause === undefined ? undefined : String(cause);
  return error.code === 'internal_error' ? (cause.stack ?? cause.message) : cause.message;
}

/**
 * Lets a body that is on its way arrive before a refusal goes out. A proxy that has the answer before the request's end may
 * end the stream (RFC 9113 §8.1), and some callers then lose the answer. The body is thrown away; one that takes long, or
 * waits for `100 Continue`, is not waited for.
 */
function bodyArrived(incoming: IncomingMessage): Promise<void> | undefined {
  const { 'content-length': length = '0', 'transfer-encoding': coding, expect } = incoming.headers;
  if (incoming.complete || expect !== undefined || (length === '0' && coding === undefined)) return undefined;
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer);
      incoming.off('end', go).off('close', go);
      resolve();
    };
    const timer = setTimeout(go, BODY_ARRIVES_MS);
    incoming.once('end', go).once('close', go).resume();
  });
}
