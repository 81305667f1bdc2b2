import type { KubernetesObject } from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../names.ts';
import type { Cluster } from './connect.ts';
import { describe, knows, type ObjectReference } from './objects.ts';
import type { Report } from './report.ts';

/** Kinds that would go on doing something after a deployment stopped naming them. None of them holds data. */
const KINDS = [
  { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
  { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant' },
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' },
];

/**
 * Deletes what an earlier version of the deployment made in a namespace and this one no longer names: an Ingress that was
 * turned off must not stay open. Only what carries our `managed-by` label is looked at.
 */
export async function prune(
  cluster: Cluster,
  namespace: string,
  manifests: readonly ObjectReference[],
  report: Report,
): Promise<void> {
  const wanted = new Set(manifests.map(describe));
  for (const { apiVersion, kind } of KINDS) {
    for (const { metadata } of await ours(cluster, apiVersion, kind, namespace)) {
      const reference = { apiVersion, kind, metadata: { name: metadata?.name ?? '', namespace } };
      if (wanted.has(describe(reference))) continue;
      await cluster.objects.delete(reference);
      report.line(`  deleted ${describe(reference)}, which the deployment no longer names`);
    }
  }
}

async function ours(
  cluster: Cluster,
  apiVersion: string,
  kind: string,
  namespace: string,
): Promise<KubernetesObject[]> {
  const label = `app.kubernetes.io/managed-by=${FIELD_MANAGER}`;
  if (!(await knows(cluster, { apiVersion, kind }))) return [];
  const { objects } = cluster;
  const list = await objects.list(apiVersion, kind, namespace, undefined, undefined, undefined, undefined, label);
  return list.items;
}
