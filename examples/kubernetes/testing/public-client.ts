import type { V1Secret } from '@kubernetes/client-node';
import { type Dispatcher, request, fetch as undiciFetch } from 'undici';
import type { Cluster } from '../../../infra/cluster/connect.ts';
import { read } from '../../../infra/cluster/objects.ts';
import { publicWay } from '../../../infra/cluster/reach.ts';
import type { PublicHost } from '../../../infra/constructs/exposure.ts';
import type { DeploymentConfig } from '../../../infra/deployment.ts';

/** What a host answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A caller of a public host, who needs no line in /etc/hosts and verifies its certificate. */
export interface PublicClient {
  readonly host: string;
  /** `https://` and the host. */
  readonly origin: string;
  /** Where the host really is. */
  readonly address: string;
  /** The authority of its certificate, in PEM. */
  readonly authority: string;
  readonly dispatcher: Dispatcher;
  readonly get: (path: string, token?: string) => Promise<Answer>;
  readonly post: (path: string, form: Readonly<Record<string, string>>) => Promise<Answer>;
  /** For SDKs. */
  readonly fetch: typeof fetch;
  readonly close: () => Promise<void>;
}

const ANSWER_MS = 10_000;

/** Finds the way to a public host. Throws when none of its addresses shows its certificate. */
export async function publicClient(
  cluster: Cluster,
  config: DeploymentConfig,
  target: PublicHost,
): Promise<PublicClient> {
  const way = await publicWay(cluster, config, target);
  if (!way) throw new Error(`no address of https://${target.host} shows its certificate`);
  const { dispatcher, origin } = way;
  const metadata = { name: target.certificate, namespace: target.namespace };
  const secret = await read<V1Secret>(cluster, { apiVersion: 'v1', kind: 'Secret', metadata });
  const ask = async (path: string, options: Omit<Parameters<typeof request>[1], 'path'> = {}): Promise<Answer> => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const { statusCode, headers, body } = await request(`${origin}${path}`, { dispatcher, signal, ...options });
    return { status: statusCode, headers, text: await body.text() };
  };
  return {
    host: target.host,
    origin,
    address: way.through.replace(/:\d+$/, ''),
    authority: Buffer.from(secret?.data?.['ca.crt'] ?? '', 'base64').toString(),
    dispatcher,
    get: (path, token) => ask(path, token ? { headers: { authorization: `Bearer ${token}` } } : {}),
    post: (path, form) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(form).toString(),
      }),
    fetch: fetchThrough(dispatcher),
    // Not close(): that waits for answers which a failed test never reads.
    close: () => dispatcher.destroy(),
  };
}

/** undici's own fetch: Node's takes no dispatcher of another version of undici. Their types differ in name only. */
const fetchThrough = (dispatcher: Dispatcher): typeof fetch =>
  ((input: string | URL, init: object) => undiciFetch(input, { ...init, dispatcher })) as unknown as typeof fetch;
