import { X509Certificate } from 'node:crypto';
import type { V1Deployment, V1Secret, V1StatefulSet } from '@kubernetes/client-node';
import type { Cluster } from '../cluster/connect.ts';
import { type ObjectReference, read } from '../cluster/objects.ts';
import { podFailure } from '../cluster/pod-failure.ts';
import { publicWay } from '../cluster/reach.ts';
import { GATEWAY, GATEWAY_NAMESPACE, IDENTITY_NAMESPACE, KEYCLOAK, POSTGRES } from '../names.ts';
import { publicHosts } from '../public-hosts.ts';
import { clusterTask } from './task.ts';

const apps = (kind: string, name: string, namespace: string) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace },
});

async function workload(cluster: Cluster, reference: ObjectReference): Promise<string> {
  const found = await read<V1Deployment | V1StatefulSet>(cluster, reference);
  if (!found) return 'not deployed';
  const image = found.spec?.template.spec?.containers[0]?.image;
  return `${found.status?.readyReplicas ?? 0} of ${found.spec?.replicas ?? 1} ready, ${image}`;
}

async function certificate(cluster: Cluster, name: string, namespace: string): Promise<string> {
  const secret = await read<V1Secret>(cluster, { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
  const pem = secret?.data?.['tls.crt'];
  if (!pem) return 'absent';
  return `good until ${new X509Certificate(Buffer.from(pem, 'base64')).validToDate.toISOString().slice(0, 10)}`;
}

/** What of the deployment runs, and what keeps the rest from it. */
await clusterTask(async ({ cluster, config, print }) => {
  const line = (name: string, text: string) => print(`${name.padEnd(34)} ${text}`);
  const { keycloak, gateway, keycloakPublic } = config.certificateNames;
  if (config.database.mode === 'embedded') {
    line('PostgreSQL', await workload(cluster, apps('StatefulSet', POSTGRES, IDENTITY_NAMESPACE)));
  }
  line('Keycloak', await workload(cluster, apps('Deployment', KEYCLOAK, IDENTITY_NAMESPACE)));
  line('gateway', await workload(cluster, apps('Deployment', GATEWAY, GATEWAY_NAMESPACE)));
  for (const name of new Set([keycloak, keycloakPublic])) {
    line(`certificate ${name}`, await certificate(cluster, name, IDENTITY_NAMESPACE));
  }
  line(`certificate ${gateway}`, await certificate(cluster, gateway, GATEWAY_NAMESPACE));
  if (config.exposure.mode !== 'none') {
    for (const target of Object.values(publicHosts(config))) {
      const way = await publicWay(cluster, config, target);
      line(`https://${target.host}`, way ? `answers at ${way.through}` : 'does not answer');
      await way?.close();
    }
  }
  for (const namespace of [IDENTITY_NAMESPACE, GATEWAY_NAMESPACE]) {
    const { items } = await cluster.core.listNamespacedPod({ namespace });
    for (const pod of items) {
      const failure = await podFailure(cluster, pod, 0);
      if (failure) line(pod.metadata?.name ?? '', failure.reason);
    }
  }
});
