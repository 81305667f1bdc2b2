import { Hono } from 'hono';
import type { Authenticator } from './auth/authenticator.ts';
import { createModelFilter, wildcard } from './authz/model-lists.ts';
import type { GatewayConfig } from './config.ts';
import { GatewayError } from './errors.ts';
import { admit } from './http/admission.ts';
import { authenticate } from './http/authenticate.ts';
import { createBodyReader } from './http/body.ts';
import { errorResponse } from './http/error-response.ts';
import type { GatewayEnv, Handler } from './http/exchange.ts';
import { health, readiness } from './http/health.ts';
import { getModel, listModels } from './http/models.ts';
import { type Lifecycle, type Observer, observe } from './http/observe.ts';
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
  readonly lifecycle: Lifecycle;
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

  // What every request goes through, in this order. Composed here and not by `app.use`, which costs a promise a layer.
  const observed = observe(createRemoteAddress(config.server.trustedProxies), parts.lifecycle, parts.observers);
  const authenticated = authenticate(parts.authenticator);
  const admitted = admit(config.server.maxConcurrentRequests);
  const guarded = (name: string, handler: Handler) => observed(name, authenticated(admitted(handler)));

  const app = new Hono<GatewayEnv>();
  app.onError(errorResponse);
  app.get('/health', observed('health', health));
  app.get('/health/ready', observed('ready', readiness(readinessChecks(parts))));
  app.on(OTHERS_THAN_GET, ['/health', '/health/ready'], observed('health', refuseMethod('GET')));
  app.get('/.well-known/oauth-protected-resource', observed('metadata', protectedResource(config)));

  app.get('/v1/models', guarded('models', listModels(models, mayUse)));
  app.get('/v1/models/:model{.+}', guarded('models', getModel(models, mayUse)));
  for (const endpoint of ENDPOINTS) {
    app.post(`/v1${endpoint.path}`, guarded(endpoint.name, forward(forwarding, endpoint)));
    app.on(OTHERS_THAN_POST, `/v1${endpoint.path}`, guarded(endpoint.name, refuseMethod('POST')));
  }
  app.on(OTHERS_THAN_GET, ['/v1/models', '/v1/models/:model{.+}'], guarded('models', refuseMethod('GET')));
  if (config.proxyRoutes.length > 0) {
    app.all('/proxy/*', guarded('proxy', passthrough(forwarding, config.proxyRoutes, wildcard)));
  }
  // Whoever may not come in is not told what there is.
  const [unknown, unknownGuarded] = [observed('unknown', refusePath), guarded('unknown', refusePath)];
  app.notFound((c) => (GUARDED.test(c.req.path) ? unknownGuarded(c) : unknown(c)));
  return app;
}

const GUARDED = /^\/(v1|proxy)(\/|$)/;
const OTHERS_THAN_POST = ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const OTHERS_THAN_GET = ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** RFC 9110 §15.5.6: 405 with `Allow`. */
const refuseMethod =
  (allowed: string): Handler =>
  (c) => {
    throw new GatewayError('method_not_allowed', { method: c.req.method, path: c.req.path, allowed });
  };

const refusePath: Handler = (c) => {
  throw new GatewayError('not_found', { method: c.req.method, path: c.req.path });
};

function readinessChecks({ authenticator, lifecycle }: AppParts) {
  return {
    // Why is for the log and the metrics: anyone may ask here, and the reason names internal addresses.
    keys: () => (!authenticator || authenticator.ready() ? undefined : "the issuer's keys are not known"),
    draining: () => (lifecycle.draining() ? 'stopping' : undefined),
  };
}
