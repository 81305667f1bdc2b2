import { checkHelm, upgradeRelease } from '../cluster/helm.ts';
import { manifestsOf } from '../cluster/manifests.ts';
import { helmValues } from '../helm-values.ts';
import { deployGateway } from './deploy-gateway.ts';
import { clusterTask } from './task.ts';

/** The gateway, by the chart with the values of the deployment. What the manifests deployed before is taken over. */
await clusterTask(async (context) => {
  const { cluster, config, report } = context;
  await checkHelm();
  await deployGateway(context, () =>
    upgradeRelease(cluster, helmValues(config), manifestsOf(config, 'identity'), report),
  );
});
