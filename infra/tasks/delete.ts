import type { KubernetesObject } from '@kubernetes/client-node';
import type { Cluster } from '../cluster/connect.ts';
import { manifestsOf } from '../cluster/manifests.ts';
import { describe, type ObjectReference, read } from '../cluster/objects.ts';
import { GATEWAY_NAMESPACE, IDENTITY_NAMESPACE } from '../names.ts';
import { clusterTask } from './task.ts';

/** Deletes an object if it is there, and says so. */
async function remove(cluster: Cluster, reference: ObjectReference, say: (line: string) => void): Promise<void> {
  const found = await read<KubernetesObject>(cluster, reference);
  if (!found) return;
  await cluster.objects.delete(reference as KubernetesObject, undefined, undefined, undefined, undefined, 'Foreground');
  say(`  deleted ${describe(reference)}`);
}

/**
 * Deletes what was deployed. The database's volume and all Secrets stay, so that deploying again finds everything as it
 * was; `DELETE_DATA=true` deletes both namespaces with them.
 */
await clusterTask(async ({ cluster, config, environment, report }) => {
  const everything = environment['DELETE_DATA'] === 'true';
  report.line(`Deleting the deployment ${config.name} from ${cluster.context}.`);
  const manifests = [...manifestsOf(config, 'gateway'), ...manifestsOf(config, 'identity')];
  const kept = new Set(everything ? [] : ['Secret', 'ExternalSecret', 'Certificate', 'Issuer', 'Cluster']);
  for (const manifest of manifests.filter(({ kind }) => !kept.has(kind))) await remove(cluster, manifest, report.line);
  if (everything) {
    for (const name of [GATEWAY_NAMESPACE, IDENTITY_NAMESPACE]) {
      await remove(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, report.line);
    }
  } else {
    report.line('The database and the Secrets are kept; DELETE_DATA=true task delete deletes them too.');
  }
});
