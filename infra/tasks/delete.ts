import type { KubernetesObject } from '@kubernetes/client-node';
import type { Cluster } from '../cluster/connect.ts';
import { stopAtRelease } from '../cluster/helm.ts';
import { manifestsOf } from '../cluster/manifests.ts';
import { describe, isOurs, type ObjectReference, read } from '../cluster/objects.ts';
import { foreignNamespace } from '../cluster/preflight.ts';
import { TaskError } from '../cluster/task-error.ts';
import { GATEWAY_NAMESPACE, IDENTITY_NAMESPACE } from '../names.ts';
import { clusterTask } from './task.ts';

const NAMESPACES = [GATEWAY_NAMESPACE, IDENTITY_NAMESPACE];
/** What holds data, or keys that data is locked with. */
const KEPT = new Set(['Secret', 'ExternalSecret', 'Certificate', 'Issuer', 'Cluster']);

/** Deletes an object if it is there and ours, and says so. */
async function remove(cluster: Cluster, reference: ObjectReference, say: (line: string) => void): Promise<void> {
  const found = await read<KubernetesObject>(cluster, reference);
  if (!found) return;
  if (!isOurs(found)) return say(`  left ${describe(reference)}, which is not ours`);
  await cluster.objects.delete(reference as KubernetesObject, undefined, undefined, undefined, undefined, 'Foreground');
  say(`  deleted ${describe(reference)}`);
}

/**
 * Deletes what was deployed. The database's volume and all Secrets stay, so that deploying again finds everything as it
 * was; `DELETE_DATA=true` deletes both namespaces with them.
 */
await clusterTask(async ({ cluster, config, environment, report }) => {
  const foreign = await Promise.all(NAMESPACES.map((name) => foreignNamespace(cluster, name)));
  const obstacles = foreign.filter((obstacle) => obstacle !== undefined);
  if (obstacles.length > 0) throw new TaskError(obstacles.join('\n'));
  const everything = environment['DELETE_DATA'] === 'true';
  // With its namespace a release goes too; without it, it would stay and name what is no longer there.
  if (!everything) await stopAtRelease(cluster, 'Give that up first, then delete the rest:');
  report.line(`Deleting the deployment ${config.name} from ${cluster.context}.`);
  const manifests = [...manifestsOf(config, 'gateway'), ...manifestsOf(config, 'identity')];
  const doomed = manifests.filter(({ kind }) => everything || !KEPT.has(kind));
  // Pods may take minutes to end; until then they stay behind their policies.
  const last = doomed.filter(({ kind }) => kind === 'NetworkPolicy');
  for (const manifest of [...doomed.filter((one) => !last.includes(one)), ...last]) {
    await remove(cluster, manifest, report.line);
  }
  if (everything) {
    for (const name of NAMESPACES) {
      await remove(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, report.line);
    }
  } else {
    report.line('The database and the Secrets are kept; DELETE_DATA=true task delete deletes them too.');
  }
});
