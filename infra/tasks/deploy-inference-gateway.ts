import { bootstrapGateway } from '../bootstrap/bootstrap.ts';
import { checkGateway } from '../cluster/gateway-check.ts';
import { applyPart, manifestsOf, writeManifests } from '../cluster/manifests.ts';
import { preflight } from '../cluster/preflight.ts';
import { rolledOut } from '../cluster/rollout.ts';
import { GATEWAY, GATEWAY_NAMESPACE } from '../names.ts';
import { clusterTask } from './task.ts';

const ROLLOUT_SECONDS = 180;
const ADDRESS_SECONDS = 90;

/** The gateway with its configuration, and a request each with and without a token. */
await clusterTask(async ({ cluster, config, environment, report }) => {
  report.line(`Deploying the gateway to ${cluster.context} (deployment ${config.name}).`);
  await preflight(cluster, config, manifestsOf(config, 'gateway'));
  const directory = writeManifests(config);
  for (const warning of config.gateway.warnings) report.line(`  warning: ${warning}`);
  report.line(`Applying ${directory}/namespaces.yaml, gateway.yaml`);
  await applyPart(cluster, config, 'namespaces', report);
  await bootstrapGateway(cluster, config, environment, (line) => report.line(`  ${line}`));
  await applyPart(cluster, config, 'gateway', report);
  report.line('Waiting for the gateway');
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: GATEWAY, namespace: GATEWAY_NAMESPACE },
  };
  await rolledOut(cluster, deployment, ROLLOUT_SECONDS, report);
  await checkGateway(cluster, config, ADDRESS_SECONDS, report);
  report.line(`The gateway answers at https://${config.hosts.api}. Next: TOKEN=$(task fetch-access-token)`);
});
