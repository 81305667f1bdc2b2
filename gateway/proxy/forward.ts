import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import type { GatewayConfig } from '../config.ts';
import { GatewayError } from '../errors.ts';
import type { Exchange, GatewayEnv } from '../http/exchange.ts';
import type { Target } from '../providers/resolve.ts';
import type { Endpoint } from './endpoints.ts';
import { findFormModel, formBoundary } from './form-model.ts';
import { cutPrefix, findJsonModel, type NamedModel } from './json-model.ts';
import { checkName } from './model-name.ts';
import type { Address, ProviderClient } from './provider-client.ts';
import { Relay } from './relay.ts';
import type { Upstreams } from './upstreams.ts';

/** What forwarding needs of the rest of the gateway. */
export interface ForwardParts {
  readonly upstream: GatewayConfig['upstream'];
  readonly upstreams: Upstreams;
  readonly clients: ReadonlyMap<string, ProviderClient>;
  readBody(c: Context<GatewayEnv>): Promise<Buffer>;
  resolve(name: string | undefined, providerQuery: string | undefined): Target<ProviderClient>;
  mayUse(provider: string, model: string | undefined): boolean;
  /** Whether any model may not be used. */
  readonly restricted: boolean;
  /** A stream has begun, or (with -1) ended. */
  streams(change: 1 | -1): void;
}

/** A request on its way out. */
export interface Outbound {
  readonly client: ProviderClient;
  readonly method: string;
  readonly address: Address;
  readonly body: Buffer | null;
  readonly contentType: string | undefined;
}

/** Forwards a request of an OpenAI endpoint to the provider that its model names. */
export function forward(parts: ForwardParts, endpoint: Endpoint) {
  return async function forwardRequest(c: Context<GatewayEnv>): Promise<Response> {
    const body = await parts.readBody(c);
    const read = readModel(body, c.env.incoming.headers['content-type']);
    const target = parts.resolve(read.model?.name, c.req.query('provider'));
    checkTarget(parts, c.get('exchange'), target, endpoint, c.req.path);
    const client = target.provider;
    return send(parts, c, {
      client,
      method: 'POST',
      address: client.address(c.req.path.slice('/v1'.length)),
      body: read.model && target.prefixLength > 0 ? cutPrefix(body, read.model, target.prefixLength) : body,
      contentType: read.contentType,
    });
  };
}

/** What of a body names the model, and the type under which it is passed on: the one it was read as. */
export function readModel(body: Buffer, contentType: string | undefined): { model?: NamedModel; contentType: string } {
  const boundary = formBoundary(contentType);
  const model = boundary === undefined ? findJsonModel(body) : findFormModel(body, boundary);
  if (model) checkName(model.name);
  const readAs = boundary === undefined ? 'application/json' : `multipart/form-data; boundary="${boundary}"`;
  return { ...(model && { model }), contentType: readAs };
}

function checkTarget(
  parts: ForwardParts,
  exchange: Exchange,
  target: Target<ProviderClient>,
  endpoint: Endpoint,
  path: string,
): void {
  const { model } = target;
  const provider = target.provider.config;
  exchange.provider = provider.id;
  if (model !== undefined) exchange.model = model;
  if (!parts.mayUse(provider.id, model)) {
    throw new GatewayError('model_not_allowed', { model: `${provider.id}/${model ?? '(none named)'}` });
  }
  if (endpoint.capability && !provider.capabilities?.includes(endpoint.capability)) {
    throw new GatewayError('endpoint_not_supported', { provider: provider.id, path });
  }
}

/** Sends a request to a provider and relays the answer; returns once its status is on the way to the caller. */
export async function send(parts: ForwardParts, c: Context<GatewayEnv>, outbound: Outbound): Promise<Response> {
  const exchange = c.get('exchange');
  const { incoming, outgoing } = c.env;
  const relay = new Relay(outgoing, parts.upstream, {
    requestId: exchange.id,
    provider: outbound.client.config.id,
    streaming() {
      exchange.streaming = true;
      parts.streams(1);
      exchange.ended.push(() => parts.streams(-1));
    },
    broken(error) {
      exchange.code = error.code;
      exchange.reason = error.cause instanceof Error ? error.cause.message : error.message;
    },
  });
  exchange.ended.push(() => relay.callerClosed());
  parts.upstreams.dispatcher.dispatch(
    {
      ...outbound.address,
      method: outbound.method,
      headers: outbound.client.headers(incoming.headers, exchange.id, outbound.contentType),
      body: outbound.body,
    },
    relay,
  );
  await relay.begun;
  return RESPONSE_ALREADY_SENT;
}
