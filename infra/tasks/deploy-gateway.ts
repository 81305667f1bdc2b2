import { writeFileSync } from 'node:fs';
import { bootstrapGateway } from '../bootstrap/bootstrap.ts';
import type { Cluster } from '../cluster/connect.ts';
import { checkGateway } from '../cluster/gateway-check.ts';
import { applyPart, manifestsOf, writeManifests } from '../cluster/manifests.ts';
import { preflight } from '../cluster/preflight.ts';
import { ownAuthorities } from '../cluster/reach.ts';
import { rolledOut } from '../cluster/rollout.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { GATEWAY, GATEWAY_NAMESPACE } from '../names.ts';
import { publicHosts } from '../public-hosts.ts';
import type { TaskContext } from './task.ts';

const ROLLOUT_SECONDS = 180;
const ADDRESS_SECONDS = 90;

/** A request that works as it is pasted, whatever name servers and system authorities know. */
async function nextSteps(cluster: Cluster, config: DeploymentConfig, through: string): Promise<string> {
  const token = '  TOKEN=$(task fetch-access-token)';
  const bearer = '-H "Authorization: Bearer $TOKEN"';
  if (through === 'port-forward') {
    const forward = `  kubectl port-forward --namespace ${GATEWAY_NAMESPACE} service/${GATEWAY} 8080:http &`;
    return `${token}\n${forward}\n  curl ${bearer} http://127.0.0.1:8080/v1/models\n`;
  }
  const target = publicHosts(config).api;
  const authorities = await ownAuthorities(cluster, config, target);
  const file = `dist/${config.name}/ca.crt`;
  if (authorities.length > 0) writeFileSync(new URL(`../../${file}`, import.meta.url), authorities.join('\n'));
  const verify = authorities.length > 0 ? `--cacert ${file} ` : '';
  const connect = `--connect-to ${target.host}:443:${through}`;
  return `${token}\n  curl ${verify}${connect} ${bearer} https://${target.host}/v1/models\n`;
}

/**
 * Deploys the gateway with its configuration, and sends it a request each with and without a token. Everything but how its
 * objects get into the cluster is the same for every way.
 *
 * @param apply brings the objects of the part `gateway` into the cluster
 */
export async function deployGateway(
  { cluster, config, environment, report }: TaskContext & { readonly cluster: Cluster },
  apply: () => Promise<void>,
): Promise<void> {
  report.line(`Deploying the gateway to ${cluster.context} (deployment ${config.name}).`);
  await preflight(cluster, config, manifestsOf(config, 'gateway'));
  const directory = writeManifests(config);
  for (const warning of config.gateway.warnings) report.line(`  warning: ${warning}`);
  report.line(`Applying ${directory}/namespaces.yaml`);
  await applyPart(cluster, config, 'namespaces', report);
  await bootstrapGateway(cluster, config, environment, (line) => report.line(`  ${line}`));
  await apply();
  report.line('Waiting for the gateway');
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: GATEWAY, namespace: GATEWAY_NAMESPACE },
  };
  await rolledOut(cluster, deployment, ROLLOUT_SECONDS, report);
  const through = await checkGateway(cluster, config, ADDRESS_SECONDS, report);
  report.line('The gateway runs. Next:\n');
  report.line(await nextSteps(cluster, config, through));
}
