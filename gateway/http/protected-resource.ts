import type { Context } from 'hono';
import type { GatewayConfig } from '../config.ts';
import { GatewayError } from '../errors.ts';
import type { GatewayEnv } from './exchange.ts';

/** RFC 9728 §2 metadata, from the configuration alone: a `Host` header is the caller's word. 404 without a public URL or issuer. */
export function protectedResource({ auth, server }: GatewayConfig) {
  return function answerProtectedResource(c: Context<GatewayEnv>): Response {
    if (!auth || !server.publicUrl) throw new GatewayError('not_found', { method: 'GET', path: c.req.path });
    return c.json({
      resource: server.publicUrl,
      authorization_servers: [auth.issuer],
      bearer_methods_supported: ['header'],
      ...(auth.requiredScopes.length > 0 && { scopes_supported: auth.requiredScopes }),
    });
  };
}
