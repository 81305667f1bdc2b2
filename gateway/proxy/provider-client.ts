import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderConfig } from '../config.ts';
import { TO_PROVIDER } from './headers.ts';
import { type Upstreams, USER_AGENT } from './upstreams.ts';

/** Where a request is sent, in undici's words. */
export interface Address {
  readonly origin: string;
  readonly path: string;
}

/** How a provider is spoken to: what of it does not change from request to request, worked out once. */
export interface ProviderClient {
  readonly config: ProviderConfig;
  /** Where the provider answers an OpenAI path (`/chat/completions`): under its base, unless its row says otherwise. */
  address(path: string): Address;
  /** The headers of a request to it, as names and values in turn: the allowed ones of the caller's, and its own. */
  headers(caller: IncomingHttpHeaders, requestId: string, contentType: string | undefined): string[];
  /** Asks for its list of models. */
  listModels(): Promise<unknown>;
}

export function createProviderClient(config: ProviderConfig, upstreams: Upstreams): ProviderClient {
  const { origin, pathname } = new URL(config.url);
  const base = pathname.replace(/\/$/, '');
  const elsewhere = new Map(
    Object.entries(config.paths ?? {}).map(([path, own]) => [path, addressOf(config.url, own)]),
  );
  const own = ownHeaders(config);
  // Of the headers that a caller may set, a row's own is only what the caller's silence means.
  const isDefault = ([name]: [string, string]) => (TO_PROVIDER as readonly string[]).includes(name);
  const defaults = Object.entries(own).filter(isDefault);
  const fixed = Object.entries(own)
    .filter((header) => !isDefault(header))
    .flat();

  const address = (path: string) => elsewhere.get(path) ?? { origin, path: base + path };
  return {
    config,
    address,
    headers(caller, requestId, contentType) {
      const headers = [...fixed, 'user-agent', USER_AGENT, 'x-request-id', requestId];
      if (contentType !== undefined) headers.push('content-type', contentType);
      for (const name of TO_PROVIDER) {
        const value = caller[name];
        if (typeof value === 'string') headers.push(name, value);
      }
      for (const [name, value] of defaults) if (caller[name] === undefined) headers.push(name, value);
      return headers;
    },
    listModels() {
      const { origin: at, path } = address('/models');
      return upstreams.getJson(at + path, own);
    },
  };
}

function addressOf(base: string, own: string): Address {
  const { origin, pathname, search } = new URL(own.startsWith('/') ? base + own : own);
  return { origin, path: pathname + search };
}

/** The headers of a row, its key among them, in lower case. */
function ownHeaders({ key, apiKey, headers = {} }: ProviderConfig): Readonly<Record<string, string>> {
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (apiKey === undefined) return own;
  return typeof key === 'object'
    ? { ...own, [key.header.toLowerCase()]: apiKey }
    : { ...own, authorization: `Bearer ${apiKey}` };
}
