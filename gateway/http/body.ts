import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';

/** The caller went away; there is nobody to answer. */
export class CallerLeft extends Error {
  override readonly name = 'CallerLeft';
}

/**
 * Reads a request's body whole. A caller who asks first (RFC 9110 §10.1.1, `Expect: 100-continue`) is told to go on
 * only here, so that nobody without a token is made to send one.
 *
 * @param limit bytes at most
 * @throws GatewayError body_too_large, encoding_not_supported
 * @throws CallerLeft
 */
export function readBody(incoming: IncomingMessage, outgoing: ServerResponse, limit: number): Promise<Buffer> {
  const encoding = incoming.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return Promise.reject(new GatewayError('encoding_not_supported', { encoding }));
  }
  if (Number(incoming.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge(limit));
  if (incoming.headers.expect !== undefined) outgoing.writeContinue();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(tooLarge(limit));
    });
    incoming.once('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)));
    incoming.once('error', () => reject(new CallerLeft()));
    // Comes behind every request: an Error made there for nothing would cost more than the reading.
    incoming.once('close', () => incoming.readableEnded || reject(new CallerLeft()));
  });
}

const tooLarge = (limit: number) => new GatewayError('body_too_large', { limit });
