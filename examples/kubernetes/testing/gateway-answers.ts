import type { Cluster } from '../../../infra/cluster/connect.ts';
import { forwardTo } from '../../../infra/cluster/port-forward.ts';
import { GATEWAY, PORTS, selectorOf } from '../../../infra/names.ts';

/** What the gateway of a namespace answers to a request for its models, with a token or without. */
export async function gatewayAnswers(cluster: Cluster, namespace: string, token?: string): Promise<number> {
  const forward = await forwardTo(cluster, { namespace, labels: selectorOf(GATEWAY), port: PORTS.gateway });
  try {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    return (await fetch(`http://127.0.0.1:${forward.port}/v1/models`, { headers })).status;
  } finally {
    await forward.close();
  }
}
