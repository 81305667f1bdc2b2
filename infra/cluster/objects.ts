import { ApiException, type KubernetesObject, PatchStrategy } from '@kubernetes/client-node';
import { FIELD_MANAGER } from '../names.ts';
import { type Cluster, reasonOf } from './connect.ts';
import { TaskError } from './task-error.ts';

/** What names an object. */
export interface ObjectReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const isStatus = (error: unknown, code: number) => error instanceof ApiException && error.code === code;

/** Whether the API server refused a creation because the object is there, or a change because it is another version by now. */
export const isConflict = (error: unknown): boolean => isStatus(error, 409);

/** Whether the API server did not find what was asked of it. */
export const isAbsent = (error: unknown): boolean => isStatus(error, 404);

/** How a message names an object: `Secret idp/keycloak-db`. */
export const describe = ({ kind, metadata: { name, namespace } }: ObjectReference): string =>
  `${kind} ${namespace ? `${namespace}/` : ''}${name}`;

/** The object as it is in the cluster, or undefined when it is absent. */
export async function read<T extends KubernetesObject>(
  cluster: Cluster,
  reference: ObjectReference,
): Promise<T | undefined> {
  try {
    return await cluster.objects.read<T>(reference as never);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/**
 * Makes an object unless it is there, and gives the one that is there now: safe when two do it at once.
 *
 * @returns the object in the cluster, and whether it is the one given
 */
export async function createIfAbsent<T extends KubernetesObject>(
  cluster: Cluster,
  object: T & ObjectReference,
): Promise<{ object: T; created: boolean }> {
  const present = await read<T>(cluster, object);
  if (present) return { object: present, created: false };
  try {
    return { object: await cluster.objects.create<T>(object, undefined, undefined, FIELD_MANAGER), created: true };
  } catch (error) {
    if (!isConflict(error)) throw error;
    const other = await read<T>(cluster, object);
    if (!other) throw error;
    return { object: other, created: false };
  }
}

export type Applied = 'created' | 'changed' | 'unchanged';

/**
 * Server-side apply (Kubernetes documentation, "Server-Side Apply"): the fields of the manifest become as it says, others stay.
 *
 * @throws TaskError when the cluster does not know the kind, or refuses the object
 */
export async function apply(cluster: Cluster, manifest: ObjectReference): Promise<Applied> {
  try {
    const before = await read(cluster, manifest);
    const after = await cluster.objects.patch(
      manifest as KubernetesObject,
      undefined,
      undefined,
      FIELD_MANAGER,
      true,
      PatchStrategy.ServerSideApply,
    );
    if (!before) return 'created';
    return before.metadata?.resourceVersion === after.metadata?.resourceVersion ? 'unchanged' : 'changed';
  } catch (error) {
    const reason = reasonOf(error);
    const unknown = /Unrecognized API version and kind|no matches for kind/.test(reason) || isAbsent(error);
    throw new TaskError(
      unknown
        ? `The cluster does not know ${manifest.apiVersion} ${manifest.kind}: install the operator that brings it, or choose another mode in the deployment.`
        : `The cluster refuses ${describe(manifest)}: ${reason}`,
    );
  }
}
