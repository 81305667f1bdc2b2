import type { KubernetesObject, V1IngressClass, V1Namespace, V1StorageClass } from '@kubernetes/client-node';
import type { DeploymentConfig } from '../deployment.ts';
import { GATEWAY_NAMESPACE, IDENTITY_NAMESPACE, PART_OF } from '../names.ts';
import type { Cluster } from './connect.ts';
import type { ObjectReference } from './objects.ts';
import { isOurs, knows, read } from './objects.ts';
import { TaskError } from './task-error.ts';

/**
 * Looks for what would leave a deployment half-made, before anything is made.
 *
 * @param manifests what is about to be applied
 * @throws TaskError with every obstacle and its way out
 */
export async function preflight(
  cluster: Cluster,
  config: DeploymentConfig,
  manifests: readonly ObjectReference[],
  namespaces: readonly string[] = [IDENTITY_NAMESPACE, GATEWAY_NAMESPACE],
): Promise<void> {
  const found = await Promise.all([
    ...namespaces.map((name) => foreignNamespace(cluster, name)),
    ...unknownKinds(cluster, manifests),
    storageClass(cluster, config),
    ingressClass(cluster, config),
    gateway(cluster, config),
  ]);
  const obstacles = found.filter((obstacle) => obstacle !== undefined);
  if (obstacles.length > 0) throw new TaskError(obstacles.join('\n'));
}

/** What keeps a namespace from being ours; undefined when it is, or is not there. */
export async function foreignNamespace(cluster: Cluster, name: string): Promise<string | undefined> {
  const namespace = await read<V1Namespace>(cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  if (!namespace) return undefined;
  if (namespace.metadata?.deletionTimestamp)
    return `The namespace ${name} is being deleted; try again when it is gone.`;
  if (isOurs(namespace)) return undefined;
  const [[key, value] = ['', '']] = Object.entries(PART_OF);
  return `The namespace ${name} is there and not ours. If it may be used: kubectl label namespace ${name} ${key}=${value}`;
}

function unknownKinds(cluster: Cluster, manifests: readonly ObjectReference[]): Promise<string | undefined>[] {
  const kinds = new Map(manifests.map((manifest) => [`${manifest.apiVersion} ${manifest.kind}`, manifest]));
  return [...kinds].map(async ([kind, manifest]) =>
    (await knows(cluster, manifest))
      ? undefined
      : `The cluster does not know ${kind}: install the operator that brings it, or choose another mode in the deployment.`,
  );
}

async function storageClass(cluster: Cluster, { database, name }: DeploymentConfig): Promise<string | undefined> {
  if (database.mode === 'external') return undefined;
  const { items } = await cluster.objects.list<V1StorageClass>('storage.k8s.io/v1', 'StorageClass');
  const names = namesOf(items);
  const place = `database.storageClass in the deployment ${name}`;
  if (database.storageClass) {
    if (items.some(({ metadata }) => metadata?.name === database.storageClass)) return undefined;
    return `The cluster has no StorageClass ${database.storageClass}; it has ${names}. Name another as ${place}.`;
  }
  if (items.some(isDefault('storageclass.kubernetes.io/is-default-class'))) return undefined;
  return `The cluster has no default StorageClass for PostgreSQL's volume; it has ${names}. Name one as ${place}, or mark one as the default.`;
}

async function ingressClass(cluster: Cluster, { exposure, name }: DeploymentConfig): Promise<string | undefined> {
  if (exposure.mode !== 'ingress') return undefined;
  const { items } = await cluster.objects.list<V1IngressClass>('networking.k8s.io/v1', 'IngressClass');
  const place = `exposure.className in the deployment ${name}`;
  if (items.length === 0) {
    return `The cluster has no Ingress controller (no IngressClass). Install one, such as Contour or Traefik, or say exposure: { mode: 'none' } in the deployment ${name}.`;
  }
  if (exposure.className) {
    if (items.some(({ metadata }) => metadata?.name === exposure.className)) return undefined;
    return `The cluster has no IngressClass ${exposure.className}; it has ${namesOf(items)}. Name one as ${place}.`;
  }
  if (items.some(isDefault('ingressclass.kubernetes.io/is-default-class'))) return undefined;
  return `No IngressClass of the cluster is the default; it has ${namesOf(items)}. Name one as ${place}.`;
}

async function gateway(cluster: Cluster, { exposure, name }: DeploymentConfig): Promise<string | undefined> {
  if (exposure.mode !== 'gateway-api') return undefined;
  const { className, ...metadata } = exposure.gateway;
  const kind = className ? 'GatewayClass' : 'Gateway';
  const reference = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: className ? { name: className } : metadata,
  };
  if (!(await knows(cluster, reference))) {
    return 'The cluster does not know the Gateway API: install a controller for it, or choose another exposure in the deployment.';
  }
  if (className) {
    const present = await read(cluster, { apiVersion: reference.apiVersion, kind: 'Gateway', metadata });
    if (present && !isOurs(present)) {
      return `The Gateway ${metadata.namespace}/${metadata.name} is there and not ours. Leave exposure.gateway.className out of the deployment ${name} to attach to it.`;
    }
  }
  if (await read(cluster, reference)) return undefined;
  const which = className ? `GatewayClass ${className}` : `Gateway ${metadata.namespace}/${metadata.name}`;
  return `The cluster has no ${which}. Name one as exposure.gateway in the deployment ${name}.`;
}

const namesOf = (items: readonly KubernetesObject[]) =>
  items.map(({ metadata }) => metadata?.name).join(', ') || 'none';

const isDefault =
  (annotation: string) =>
  ({ metadata }: KubernetesObject): boolean =>
    metadata?.annotations?.[annotation] === 'true';
