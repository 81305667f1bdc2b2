import type { SecureContext } from 'node:tls';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { GatewayConfig } from '../config.ts';

/** The way out: every request that the gateway sends goes through here. */
export interface Upstreams {
  readonly dispatcher: Dispatcher;
  /** New connections are checked against these authorities; running ones go on. */
  trust(context: SecureContext): void;
  /** A JSON document of at most 1 MiB within 5 seconds; redirects are not followed. Rejects saying what came instead. */
  getJson(url: string, headers?: Readonly<Record<string, string>>): Promise<unknown>;
  close(): Promise<void>;
}

export const USER_AGENT = 'gatehouse';
const MAX_JSON_SIZE = 1024 * 1024;
const JSON_TIMEOUT = 5000;

/** @param context authorities to begin with; absent: the built-in ones */
export function createUpstreams({ connectTimeout }: GatewayConfig['upstream'], context?: SecureContext): Upstreams {
  const connector = (secureContext?: SecureContext) =>
    buildConnector({ timeout: connectTimeout, allowH2: false, ...(secureContext && { secureContext }) });
  let connect = connector(context);
  const dispatcher = new Agent({
    connect: (options, callback) => connect(options, callback),
    allowH2: false,
    // The relay has timers of its own, which know a slow model from a silent one; undici's would cut at 300 s.
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  return {
    dispatcher,
    trust(fresh) {
      connect = connector(fresh);
    },
    getJson: (url, headers = {}) => getJson(dispatcher, url, headers),
    close: () => dispatcher.destroy(),
  };
}

async function getJson(
  dispatcher: Dispatcher,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { origin, pathname, search } = new URL(url);
  const {
    statusCode,
    headers: answered,
    body,
  } = await dispatcher.request({
    origin,
    path: pathname + search,
    method: 'GET',
    headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...headers },
    signal: AbortSignal.timeout(JSON_TIMEOUT),
  });
  if (statusCode !== 200) {
    await body.dump({ limit: MAX_JSON_SIZE });
    const to = statusCode >= 300 && statusCode < 400 && answered['location'];
    throw new Error(to ? `it redirects to ${String(to)}` : `it answers ${statusCode}`);
  }
  return parseJson(await readBounded(body));
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_JSON_SIZE) throw new Error('its answer is larger than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('its answer is not JSON');
  }
}
