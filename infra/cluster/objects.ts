import {
  ApiException,
  CustomObjectsApi,
  type KubernetesObject,
  PatchStrategy,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { FIELD_MANAGER, PART_OF } from '../names.ts';
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

/** Whether an object carries the label of what belongs to us. */
export const isOurs = ({ metadata }: KubernetesObject): boolean =>
  Object.entries(PART_OF).every(([key, value]) => metadata?.labels?.[key] === value);

/** Whether the cluster serves a kind: its own, or one that an operator brought. */
export async function knows(
  cluster: Cluster,
  { apiVersion, kind }: Pick<ObjectReference, 'apiVersion' | 'kind'>,
): Promise<boolean> {
  const [group = '', version] = apiVersion.split('/');
  if (!version) return true;
  try {
    const { resources } = await cluster.config.makeApiClient(CustomObjectsApi).getAPIResources({ group, version });
    return resources.some((resource) => resource.kind === kind);
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

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

export type Applied = 'created' | 'changed' | 'unchanged';

/**
 * Applies a ConfigMap by server-side apply. Manifests are `applyPart`'s: the models of the JavaScript client lose fields of
 * other kinds.
 *
 * @throws TaskError when the cluster refuses it
 */
export async function applyConfigMap(cluster: Cluster, manifest: V1ConfigMap & ObjectReference): Promise<Applied> {
  try {
    const before = await read(cluster, manifest);
    const after = await cluster.objects.patch(
      manifest,
      undefined,
      undefined,
      FIELD_MANAGER,
      true,
      PatchStrategy.ServerSideApply,
    );
    if (!before) return 'created';
    return before.metadata?.resourceVersion === after.metadata?.resourceVersion ? 'unchanged' : 'changed';
  } catch (error) {
    throw new TaskError(`The cluster refuses ${describe(manifest)}: ${reasonOf(error)}`);
  }
}
