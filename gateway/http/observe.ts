import type { Context, MiddlewareHandler } from 'hono';
import type { Exchange, GatewayEnv } from './exchange.ts';
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

/** nginx's number for a caller who left before an answer. */
const CALLER_LEFT = 499;

/**
 * Opens the exchange of a request, names its id in the answer, and tells the observers at its end.
 *
 * @param remoteAddress who the peer is
 * @param closing whether the server is stopping: callers should then come back on another connection
 */
export function observe(
  remoteAddress: (peer: string | undefined, forwardedFor: string | string[] | undefined) => string,
  closing: () => boolean,
  observers: readonly Observer[],
): MiddlewareHandler<GatewayEnv> {
  return function observeRequest(c, next) {
    const { incoming, outgoing } = c.env;
    const exchange: Exchange = {
      id: requestId(incoming.headers['x-request-id']),
      remote: remoteAddress(incoming.socket.remoteAddress, incoming.headers['x-forwarded-for']),
      startedAt: performance.now(),
      route: 'unknown',
    };
    c.set('exchange', exchange);
    outgoing.setHeader('x-request-id', exchange.id);
    if (closing()) outgoing.setHeader('connection', 'close');
    outgoing.once('close', () => {
      const outcome = {
        method: incoming.method ?? '',
        status: outgoing.headersSent ? outgoing.statusCode : CALLER_LEFT,
        duration: performance.now() - exchange.startedAt,
        finished: outgoing.writableFinished,
      };
      for (const observer of observers) observer(exchange, outcome);
    });
    return next();
  };
}

/** Names the route of a request for the log and the metrics. */
export function route(name: string): MiddlewareHandler<GatewayEnv> {
  return function nameRoute(c: Context<GatewayEnv>, next) {
    c.var.exchange.route = name;
    return next();
  };
}
