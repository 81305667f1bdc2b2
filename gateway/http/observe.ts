import type { Exchange, Handler } from './exchange.ts';
import { requestId } from './request-id.ts';

/** Hears of a request when its answer has ended, was cut, or the caller has left. */
export type Observer = (exchange: Exchange, outcome: Outcome) => void;

export interface Outcome {
  readonly method: string;
  /** What was sent; 499 when the caller left before anything was. */
  readonly status: number;
  /** Milliseconds. */
  readonly duration: number;
  /** Whether the answer was sent to its end. */
  readonly finished: boolean;
}

/** What a gateway that stops has to know of its requests. */
export interface Lifecycle {
  /** A request has begun, or (with -1) its answer has ended. */
  running(change: 1 | -1): void;
  /** Whether the gateway is stopping. */
  draining(): boolean;
}

/** nginx's number for a caller who left before an answer. */
const CALLER_LEFT = 499;

/**
 * Makes handlers that open the exchange of a request, name its id in the answer, and tell the observers at its end.
 *
 * @param remoteAddress who the peer is
 * @param lifecycle told of each request, and asked whether callers should come back on another connection
 */
export function observe(
  remoteAddress: (peer: string | undefined, forwardedFor: string | string[] | undefined) => string,
  lifecycle: Lifecycle,
  observers: readonly Observer[],
) {
  return (route: string, handler: Handler): Handler =>
    function observeRequest(c) {
      const { incoming, outgoing } = c.env;
      const exchange: Exchange = {
        id: requestId(incoming.headers['x-request-id']),
        remote: remoteAddress(incoming.socket.remoteAddress, incoming.headers['x-forwarded-for']),
        startedAt: performance.now(),
        route,
        ended: [],
      };
      c.set('exchange', exchange);
      outgoing.setHeader('x-request-id', exchange.id);
      lifecycle.running(1);
      if (lifecycle.draining()) outgoing.setHeader('connection', 'close');
      outgoing.once('close', () => {
        const outcome = {
          method: incoming.method ?? '',
          status: outgoing.headersSent ? outgoing.statusCode : CALLER_LEFT,
          duration: performance.now() - exchange.startedAt,
          finished: outgoing.writableFinished,
        };
        lifecycle.running(-1);
        for (const end of exchange.ended) end();
        for (const observer of observers) observer(exchange, outcome);
      });
      return handler(c);
    };
}
