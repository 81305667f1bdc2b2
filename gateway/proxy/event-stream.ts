import { errorBody, type GatewayError } from '../errors.ts';

const LF = 0x0a;
const CR = 0x0d;
const HEARTBEAT = ': heartbeat\n\n';

/** Whether a content type is that of server-sent events (HTML Living Standard §9.2). */
export function isEventStream(contentType: string | string[] | undefined): boolean {
  return typeof contentType === 'string' && /^text\/event-stream\s*(;|$)/i.test(contentType.trim());
}

/**
 * Knows, of a stream that it does not change, whether an event is complete: a comment may stand only there, since it
 * would break a line that has begun.
 */
export class EventBoundary {
  #tail: Buffer = Buffer.from('\n\n');

  /** @param chunk what was passed on; not copied unless it is very short */
  passed(chunk: Buffer): void {
    this.#tail = chunk.length >= 4 ? chunk : Buffer.concat([this.#tail.subarray(-4), chunk]);
  }

  get reached(): boolean {
    const tail = this.#tail;
    if (tail.at(-1) !== LF) return false;
    return tail.at(-2) === LF || (tail.at(-2) === CR && tail.at(-3) === LF);
  }
}

/** A comment, which readers pass over and proxies take for life. */
export const heartbeat = (): string => HEARTBEAT;

/** An error as an event of its own. Blank lines first, so that it does not join a broken event. */
export function errorEvent(error: GatewayError, requestId: string, boundary: EventBoundary): string {
  const gap = boundary.reached ? '' : '\n\n';
  return `${gap}event: error\ndata: ${JSON.stringify({ type: 'error', ...errorBody(error, requestId) })}\n\n`;
}
