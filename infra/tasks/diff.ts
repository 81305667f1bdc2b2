import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { writeManifests } from '../cluster/manifests.ts';
import { TaskError } from '../cluster/task-error.ts';
import { FIELD_MANAGER } from '../names.ts';
import { clusterTask } from './task.ts';

/** Shows what applying the deployment would change in the cluster. Ends with 0 when nothing would. */
await clusterTask(async ({ cluster, config, report }) => {
  const folder = fileURLToPath(new URL(`../../${writeManifests(config)}`, import.meta.url));
  const how = ['--server-side', '--force-conflicts', '--field-manager', FIELD_MANAGER];
  const { status, error } = spawnSync('kubectl', ['--context', cluster.context, 'diff', ...how, '--filename', folder], {
    stdio: 'inherit',
  });
  if (error) throw new TaskError('kubectl is missing. Get it from https://kubernetes.io/docs/tasks/tools.');
  if (status === 0) report.line('nothing to change');
  else process.exit(status ?? 1);
});
