import { stopAtRelease } from '../cluster/helm.ts';
import { applyPart } from '../cluster/manifests.ts';
import { deployGateway } from './deploy-gateway.ts';
import { clusterTask } from './task.ts';

/** The gateway, by the manifests of the deployment. */
await clusterTask(async (context) => {
  const { cluster, config, report } = context;
  await stopAtRelease(cluster, 'Go on with `task deploy-inference-gateway:helm`, or give it up first:');
  await deployGateway(context, async () => {
    report.line(`Applying dist/${config.name}/gateway.yaml`);
    await applyPart(cluster, config, 'gateway', report);
  });
});
