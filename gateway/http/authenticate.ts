import type { MiddlewareHandler } from 'hono';
import type { Authenticator } from '../auth/authenticator.ts';
import type { GatewayEnv } from './exchange.ts';

/** Finds out who calls before anything else is looked at. Without an authenticator everyone may pass. */
export function authenticate(authenticator: Authenticator | undefined): MiddlewareHandler<GatewayEnv> {
  return async function authenticateRequest(c, next) {
    if (authenticator) c.var.exchange.principal = await authenticator.authenticate(c.env.incoming.rawHeaders);
    await next();
  };
}
