import { type KubernetesObject, PatchStrategy, type V1Secret } from '@kubernetes/client-node';
import { type Cluster, reasonOf } from '../cluster/connect.ts';
import { describe, isAbsent, isConflict, isOurs, type ObjectReference, read } from '../cluster/objects.ts';
import { TaskError } from '../cluster/task-error.ts';
import { FIELD_MANAGER, labelsOf } from '../names.ts';

/** The values of a Secret by their keys, as text. */
export type Texts = Readonly<Record<string, string>>;

/** A Secret as it is in the cluster. */
export interface StoredSecret {
  readonly texts: Texts;
  /** Whether it has our label; without it, someone else made it. */
  readonly ours: boolean;
  readonly resourceVersion: string;
}

/** Which Secret, and how it is made when it is absent. */
export interface SecretPlace {
  readonly name: string;
  readonly namespace: string;
  /** Its labels say which component it belongs to. */
  readonly component: string;
  /** Default `Opaque`. The type of a Secret that is there cannot be changed, and stays. */
  readonly type?: string;
}

/** What is to be written into a Secret, and how the report puts it when the Secret was there: `added password to`. */
export interface SecretChange {
  readonly texts: Texts;
  readonly verb: string;
  /** Follows the name of the Secret in the report. */
  readonly because?: string;
}

/** Others that write the same object at the same time: more than that is a controller that fights us. */
const ATTEMPTS = 10;

const referenceOf = ({ name, namespace }: Pick<SecretPlace, 'name' | 'namespace'>): ObjectReference => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace },
});

/** How messages name it: `Secret idp/keycloak-db`. */
export const describeSecret = (place: Pick<SecretPlace, 'name' | 'namespace'>): string => describe(referenceOf(place));

/** The Secret as it is in the cluster, or undefined when it is absent. */
export async function readSecret(
  cluster: Cluster,
  place: Pick<SecretPlace, 'name' | 'namespace'>,
): Promise<StoredSecret | undefined> {
  const reference = referenceOf(place);
  const secret = await read<V1Secret>(cluster, reference).catch(refused('show', reference));
  if (!secret) return undefined;
  const data = Object.entries(secret.data ?? {});
  return {
    texts: Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()])),
    ours: isOurs(secret),
    resourceVersion: secret.metadata?.resourceVersion ?? '',
  };
}

/**
 * Brings a Secret to what `decide` makes of the one that is there. What is written is written only onto the version that
 * `decide` saw: when someone else was faster, it decides again on what is there then. Keys that it does not name stay.
 *
 * @param decide gives what is to be written, or undefined when all is as it must be
 * @returns the values that are in the cluster afterwards, and whether something was written
 * @throws TaskError when the cluster refuses, or the Secret never stands still; and whatever `decide` throws
 */
export async function settleSecret(
  cluster: Cluster,
  place: SecretPlace,
  decide: (present: StoredSecret | undefined) => SecretChange | undefined | Promise<SecretChange | undefined>,
  report: (line: string) => void,
): Promise<{ texts: Texts; written: boolean }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const present = await readSecret(cluster, place);
    const change = await decide(present);
    if (!change) return { texts: present?.texts ?? {}, written: false };
    if (!(await written(cluster, place, present, change.texts))) continue;
    const verb = present ? change.verb : 'made';
    report(`${verb} ${describeSecret(place)}${present && change.because ? `: ${change.because}` : ''}`);
    return { texts: { ...present?.texts, ...change.texts }, written: true };
  }
  throw new TaskError(
    `${describeSecret(place)} was changed by someone else ${ATTEMPTS} times while it was being written. ` +
      `Find out who with kubectl -n ${place.namespace} get secret ${place.name} -o yaml --show-managed-fields`,
  );
}

/** Whether it was written; false when the Secret is not the one that was read any more. */
async function written(
  cluster: Cluster,
  { name, namespace, component, type = 'Opaque' }: SecretPlace,
  present: StoredSecret | undefined,
  stringData: Texts,
): Promise<boolean> {
  const { apiVersion, kind } = referenceOf({ name, namespace });
  const metadata = { name, namespace };
  try {
    if (present) {
      const { resourceVersion } = present;
      const patch: KubernetesObject & { stringData: Texts } = {
        apiVersion,
        kind,
        // A patch with a version is refused when the object has another one (API conventions, "Concurrency Control").
        metadata: { ...metadata, resourceVersion },
        stringData,
      };
      await cluster.objects.patch(patch, undefined, undefined, FIELD_MANAGER, undefined, PatchStrategy.MergePatch);
    } else {
      const secret: V1Secret = {
        apiVersion,
        kind,
        metadata: { ...metadata, labels: labelsOf(component) },
        type,
        stringData,
      };
      await cluster.objects.create(secret, undefined, undefined, FIELD_MANAGER);
    }
    return true;
  } catch (error) {
    if (isConflict(error) || (present && isAbsent(error))) return false;
    return refused('take', { apiVersion, kind, metadata })(error);
  }
}

/** The API server's own words: its answers repeat no value of a Secret. */
const refused =
  (what: 'show' | 'take', reference: ObjectReference) =>
  (error: unknown): never => {
    throw new TaskError(`The cluster does not ${what} ${describe(reference)}: ${reasonOf(error)}`);
  };
