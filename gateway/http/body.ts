import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';
import { GatewayError } from '../errors.ts';
import type { GatewayEnv } from './exchange.ts';

/** The caller went away; there is nobody to answer. */
export class CallerLeft extends Error {
  override readonly name = 'CallerLeft';
}

/** What all bodies under way may have together: so many times the largest one, or so many bytes, whichever is more. */
const BUDGET_FACTOR = 8;
const MIN_BUDGET = 64 * 1024 * 1024;

/** Reads a request's body whole. */
export type BodyReader = (c: Context<GatewayEnv>) => Promise<Buffer>;

/**
 * Makes a reader that takes bodies of at most `limit` bytes, and eight times as much (or 64 MiB) for all requests under way: a
 * body is held until its answer has ended, and memory is what every caller shares.
 *
 * A caller who asks first (RFC 9110 §10.1.1, `Expect: 100-continue`) is told to go on only here, so that nobody
 * without a token is made to send one.
 *
 * The reader rejects with GatewayError body_too_large, encoding_not_supported or overloaded, or with CallerLeft.
 */
export function createBodyReader(limit: number): BodyReader {
  const budget = Math.max(limit * BUDGET_FACTOR, MIN_BUDGET);
  let held = 0;
  return function readBody(c) {
    const { incoming, outgoing } = c.env;
    const { 'content-encoding': encoding = 'identity', 'content-length': length = '0', expect } = incoming.headers;
    if (encoding !== 'identity') return Promise.reject(new GatewayError('encoding_not_supported', { encoding }));
    if (Number(length) > limit) return Promise.reject(new GatewayError('body_too_large', { limit }));
    if (incoming.closed || outgoing.closed) return Promise.reject(new CallerLeft());
    let size = 0;
    c.get('exchange').ended.push(() => {
      held -= size;
    });
    if (expect !== undefined) outgoing.writeContinue();
    return collect(incoming, (chunk) => {
      size += chunk.length;
      held += chunk.length;
      if (size > limit) throw new GatewayError('body_too_large', { limit });
      if (held > budget) throw new GatewayError('overloaded');
    });
  };
}

/** @param check throws when no more may be taken */
function collect(incoming: IncomingMessage, check: (chunk: Buffer) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const take = (chunk: Buffer) => {
      try {
        check(chunk);
        chunks.push(chunk);
      } catch (error) {
        incoming.off('data', take);
        chunks.length = 0;
        reject(error);
      }
    };
    incoming.on('data', take);
    incoming.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    incoming.once('error', () => reject(new CallerLeft()));
    // Comes behind every request: an Error made there for nothing would cost more than the reading.
    incoming.once('close', () => incoming.readableEnded || reject(new CallerLeft()));
  });
}
