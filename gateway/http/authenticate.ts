import type { Authenticator } from '../auth/authenticator.ts';
import type { Handler } from './exchange.ts';

/** Makes handlers that find out who calls before anything else is looked at. Without an authenticator everyone may pass. */
export function authenticate(authenticator: Authenticator | undefined) {
  return (handler: Handler): Handler =>
    function authenticateRequest(c) {
      if (!authenticator) return handler(c);
      const exchange = c.get('exchange');
      const principal = authenticator.authenticate(c.env.incoming.rawHeaders);
      // Known at once most of the time, and then nothing is waited for.
      if (!(principal instanceof Promise)) {
        exchange.principal = principal;
        return handler(c);
      }
      return principal.then((verified) => {
        exchange.principal = verified;
        return handler(c);
      });
    };
}
