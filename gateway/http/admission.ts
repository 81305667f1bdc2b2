import { GatewayError } from '../errors.ts';
import { CallerLeft } from './body.ts';
import type { Handler } from './exchange.ts';

/**
 * Makes handlers that let at most `limit` requests be under way at once, each until its answer has ended. Stands behind authentication,
 * so that nobody without a token can take the places.
 *
 * @throws GatewayError overloaded
 * @throws CallerLeft when the caller left while the token was checked: the end of its answer will not be told again
 */
export function admit(limit: number) {
  let running = 0;
  return (handler: Handler): Handler =>
    function admitRequest(c) {
      if (c.env.outgoing.closed) throw new CallerLeft();
      if (running >= limit) throw new GatewayError('overloaded');
      running += 1;
      c.get('exchange').ended.push(() => {
        running -= 1;
      });
      return handler(c);
    };
}
