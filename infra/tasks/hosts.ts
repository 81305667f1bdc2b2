import { publicWay } from '../cluster/reach.ts';
import { TaskError } from '../cluster/task-error.ts';
import { publicHosts } from '../public-hosts.ts';
import { clusterTask } from './task.ts';

/** Prints the lines for /etc/hosts: no task needs them, a browser does. */
await clusterTask(async ({ cluster, config, print, report }) => {
  if (config.exposure.mode === 'none')
    throw new TaskError(`The deployment ${config.name} has no public hosts (exposure none).`);
  for (const target of Object.values(publicHosts(config))) {
    const way = await publicWay(cluster, config, target);
    if (way) print(`${way.through.replace(/:\d+$/, '')} ${target.host}`);
    else report.line(`${target.host}: no address of the cluster shows its certificate; is it deployed?`);
    await way?.close();
  }
});
