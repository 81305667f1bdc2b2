import type { Context } from 'hono';
import type { GatewayConfig } from '../config.ts';
import { GatewayError } from '../errors.ts';
import type { GatewayEnv } from '../http/exchange.ts';
import { type ForwardParts, readModel, send } from './forward.ts';

const PREFIX = '/proxy/';
/** TRACE (RFC 9110 §9.3.8) would send the provider's key back; HEAD has no use here, and CONNECT is no request for a provider. */
const NEVER = new Set(['CONNECT', 'HEAD', 'TRACE']);
/** Plain segments only: what could be decoded to a slash, a dot segment or another path by somebody is refused. */
const PLAIN_PATH =
  /^[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9._~!$&'()*+,=:@-]*(?:\/[A-Za-z0-9_~!$&'()*+,=:@-][A-Za-z0-9._~!$&'()*+,=:@-]*)*$/;

/**
 * `/proxy/{provider}/{path}`: passes what PROXY_ROUTES lists to the provider as it is. Bodies are held to the same
 * model lists as everywhere; a model that the path names is the route's matter.
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
    if (!target.startsWith(PREFIX) || !PLAIN_PATH.test(path) || !listed || !client || NEVER.has(method)) {
      throw new GatewayError('route_not_allowed', { method, path: target });
    }
    c.get('exchange').provider = id;
    const body = method === 'GET' ? Buffer.alloc(0) : await parts.readBody(c);
    const contentType =
      body.length > 0 && parts.restricted ? checkModel(parts, c, id, body) : incoming.headers['content-type'];
    return send(parts, c, {
      client,
      method,
      address: client.address(path.slice(id.length) + (query === undefined ? '' : `?${query}`)),
      body: body.length > 0 ? body : null,
      contentType,
    });
  };
}

/**
 * While there are lists, only a body whose model can be read for sure may pass: JSON or a form, sent on as what it was
 * read as, and naming a model when there is a list of allowed ones (a batch would name its models in a file).
 */
function checkModel(parts: ForwardParts, c: Context<GatewayEnv>, provider: string, body: Buffer): string {
  const { model, contentType } = readModel(body, c.env.incoming.headers['content-type']);
  if (model) c.get('exchange').model = model.name;
  if (parts.mayUse(provider, model?.name)) return contentType;
  throw new GatewayError('model_not_allowed', { model: `${provider}/${model?.name ?? '(none named)'}` });
}
