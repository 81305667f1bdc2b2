import type { Context } from 'hono';
import type { GatewayConfig } from '../config.ts';
import { GatewayError } from '../errors.ts';
import type { GatewayEnv } from '../http/exchange.ts';
import { formBoundary } from './form-model.ts';
import { type ForwardParts, readModel, send } from './forward.ts';

const PREFIX = '/proxy/';
/** Plain segments only: what could be decoded to a slash, a dot segment or another path by somebody is refused. */
const PLAIN_PATH =
  /^[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9._~!$&'()*+,=:@-]*(?:\/[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9._~!$&'()*+,=:@-]*)*$/;

/**
 * `/proxy/{provider}/{path}`: passes what PROXY_ROUTES lists to the provider as it is. A model that a body names is
 * held to the same lists as everywhere; one that the path names is the route's matter.
 */
export function passthrough(
  parts: ForwardParts,
  routes: GatewayConfig['proxyRoutes'],
  wildcard: (pattern: string, flags: string) => RegExp,
) {
  const allowed = routes.map(({ method, path }) => ({ method, path: wildcard(path, '') }));
  return async function passThrough(c: Context<GatewayEnv>): Promise<Response> {
    const { incoming } = c.env;
    const method = incoming.method ?? '';
    // The request line as it came: a router's decoded or normalized path may be another than the provider would see.
    const [target = '', query] = (incoming.url ?? '').split(/\?(.*)/s);
    const path = target.slice(PREFIX.length);
    const [id = ''] = path.split('/', 1);
    const client = parts.clients.get(id);
    const listed = allowed.some((route) => (route.method === '*' || route.method === method) && route.path.test(path));
    if (!target.startsWith(PREFIX) || !PLAIN_PATH.test(path) || !listed || !client || method === 'CONNECT') {
      throw new GatewayError('route_not_allowed', { method, path: target });
    }
    c.var.exchange.provider = id;
    const body = method === 'GET' || method === 'HEAD' ? null : await parts.readBody(c);
    checkModel(parts, c, id, body);
    return send(parts, c, {
      client,
      method,
      address: client.address(path.slice(id.length) + (query === undefined ? '' : `?${query}`)),
      body: body && body.length > 0 ? body : null,
      contentType: incoming.headers['content-type'],
    });
  };
}

const LOOKS_LIKE_JSON = /^[\s\ufeff]*\{/;

/** By the body's look and not by its type alone: a JSON body under another type would hide its model. */
function checkModel(parts: ForwardParts, c: Context<GatewayEnv>, provider: string, body: Buffer | null): void {
  const contentType = c.env.incoming.headers['content-type'];
  if (!body || !(formBoundary(contentType) || LOOKS_LIKE_JSON.test(body.toString('utf8', 0, 1024)))) return;
  const { model } = readModel(body, contentType);
  if (!model) return;
  c.var.exchange.model = model.name;
  if (!parts.mayUse(provider, model.name))
    throw new GatewayError('model_not_allowed', { model: `${provider}/${model.name}` });
}
