import { type Context, Hono } from 'hono';
import type { Authenticator } from './auth/authenticator.ts';
import { createModelFilter, wildcard } from './authz/model-lists.ts';
import type { GatewayConfig } from './config.ts';
import { GatewayError } from './errors.ts';
import { admit } from './http/admission.ts';
import { authenticate } from './http/authenticate.ts';
import { createBodyReader } from './http/body.ts';
import { errorResponse } from './http/error-response.ts';
import type { GatewayEnv } from './http/exchange.ts';
import { health, readiness } from './http/health.ts';
import { getModel, listModels } from './http/models.ts';
import { type Observer, observe, route } from './http/observe.ts';
import { protectedResource } from './http/protected-resource.ts';
import { createRemoteAddress } from './http/remote-address.ts';
import { ModelsList } from './providers/models-list.ts';
import { resolveTarget } from './providers/resolve.ts';
import { ENDPOINTS } from './proxy/endpoints.ts';
import { type ForwardParts, forward } from './proxy/forward.ts';
import { passthrough } from './proxy/passthrough.ts';
import { createProviderClient } from './proxy/provider-client.ts';
import type { Upstreams } from './proxy/upstreams.ts';

/** What outlives a request, made by main. */
export interface AppParts {
  /** Absent: callers are not authenticated. */
  readonly authenticator: Authenticator | undefined;
  readonly upstreams: Upstreams;
  readonly observers: readonly Observer[];
  /** A stream has begun, or (with -1) ended. */
  streams(change: 1 | -1): void;
  /** A provider's list of models could not be had. */
  modelsFailed(provider: string, error: Error): void;
  /** Whether the gateway is stopping. */
  draining(): boolean;
}

/** The gateway's requests, from top to bottom. */
export function createApp(config: GatewayConfig, parts: AppParts): Hono<GatewayEnv> {
  const { mayUse, restricted } = createModelFilter(config.models);
  const clients = new Map(config.providers.map((row) => [row.id, createProviderClient(row, parts.upstreams)]));
  const models = new ModelsList(
    [...clients].map(([id, client]) => ({ id, list: () => client.listModels() })),
    parts.modelsFailed,
  );
  const forwarding: ForwardParts = {
    upstream: config.upstream,
    upstreams: parts.upstreams,
    clients,
    readBody: createBodyReader(config.server.maxRequestBodySize),
    resolve: (name, providerQuery) => resolveTarget(clients, name, providerQuery),
    mayUse,
    restricted,
    streams: parts.streams,
  };

  const app = new Hono<GatewayEnv>();
  app.onError(errorResponse);
  app.notFound((c) => errorResponse(new GatewayError('not_found', { method: c.req.method, path: c.req.path }), c));
  app.use(observe(createRemoteAddress(config.server.trustedProxies), parts.draining, parts.observers));

  app.get('/health', route('health'), health);
  app.get('/health/ready', route('ready'), readiness(readinessChecks(parts)));
  app.get('/.well-known/oauth-protected-resource', route('metadata'), protectedResource(config));

  for (const guarded of ['/v1/*', '/proxy/*']) {
    app.use(guarded, authenticate(parts.authenticator), admit(config.server.maxConcurrentRequests));
  }
  app.get('/v1/models', route('models'), listModels(models, mayUse));
  app.get('/v1/models/:model{.+}', route('models'), getModel(models, mayUse));
  for (const endpoint of ENDPOINTS)
    app.post(`/v1${endpoint.path}`, route(endpoint.name), forward(forwarding, endpoint));
  if (config.proxyRoutes.length > 0) {
    app.all('/proxy/*', route('proxy'), passthrough(forwarding, config.proxyRoutes, wildcard));
  }
  refuseOtherMethods(app);
  return app;
}

function readinessChecks({ authenticator, draining }: AppParts) {
  return {
    // Why is for the log and the metrics: anyone may ask here, and the reason names internal addresses.
    keys: () => (!authenticator || authenticator.ready() ? undefined : "the issuer's keys are not known"),
    draining: () => (draining() ? 'stopping' : undefined),
  };
}

/** Known paths under another method: 405 with `Allow` (RFC 9110 §15.5.6). */
function refuseOtherMethods(app: Hono<GatewayEnv>): void {
  const refuse = (allowed: string) => (c: Context<GatewayEnv>) => {
    throw new GatewayError('method_not_allowed', { method: c.req.method, path: c.req.path, allowed });
  };
  for (const path of ['/health', '/health/ready', '/v1/models', '/v1/models/:model{.+}']) app.all(path, refuse('GET'));
  for (const { path } of ENDPOINTS) app.all(`/v1${path}`, refuse('POST'));
}
