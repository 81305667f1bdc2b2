import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { reasonOf } from '../cluster/connect.ts';
import { describe, type ObjectReference, read } from '../cluster/objects.ts';
import { TaskError } from '../cluster/task-error.ts';
import { POSTGRES, POSTGRES_CLAIM } from '../names.ts';
import type { BootstrapContext } from './context.ts';
import { secretsOf } from './secret-keys.ts';
import { describeSecret } from './secret-store.ts';

const claimOf = ({ namespaces }: BootstrapContext): ObjectReference => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: POSTGRES_CLAIM, namespace: namespaces.identity },
});

/** Whether the embedded database has a volume, from this deployment or an earlier one. */
export async function hasDatabaseVolume(context: BootstrapContext): Promise<boolean> {
  if (context.deployment.database.mode !== 'embedded') return false;
  const claim = claimOf(context);
  try {
    return (await read<V1PersistentVolumeClaim>(context.cluster, claim)) !== undefined;
  } catch (error) {
    throw new TaskError(`The cluster does not show ${describe(claim)}: ${reasonOf(error)}`);
  }
}

/** PostgreSQL's image sets the password when it fills an empty volume, and never again. */
export function volumeWithoutPassword(context: BootstrapContext): TaskError {
  const kubectl = `kubectl -n ${context.namespaces.identity} delete`;
  return new TaskError(
    `${describe(claimOf(context))} holds a database whose password was in ${describeSecret(secretsOf(context).database)}, and is not there any more; ` +
      'a new one would not open it. Restore the Secret, or delete the volume with every user and client in it: ' +
      `${kubectl} statefulset ${POSTGRES} --ignore-not-found && ${kubectl} pvc ${POSTGRES_CLAIM}`,
  );
}
