import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { V1Deployment } from '@kubernetes/client-node';
import { FIELD_MANAGER, GATEWAY, GATEWAY_NAMESPACE } from '../names.ts';
import type { Cluster } from './connect.ts';
import { describe, type ObjectReference, read } from './objects.ts';
import { prune } from './prune.ts';
import type { Report } from './report.ts';
import { TaskError } from './task-error.ts';
import { runTool } from './tool.ts';

const CHART = fileURLToPath(new URL('../../charts/inference-gateway', import.meta.url));
const HOW = 'Get 3.17 or later from https://helm.sh/docs/intro/install.';
/** The first version that can take objects over. */
const LEAST = { major: 3, minor: 17 };
/** Where Helm notes whose object it is. */
const RELEASE = 'meta.helm.sh/release-name';
const MANAGED_BY = 'app.kubernetes.io/managed-by';
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: GATEWAY, namespace: GATEWAY_NAMESPACE },
};

/** Throws a TaskError when helm is missing, or too old. */
export async function checkHelm(): Promise<void> {
  const text = await promisify(execFile)('helm', ['version', '--template', '{{.Version}}']).then(
    ({ stdout }) => stdout.trim(),
    () => {
      throw new TaskError(`helm is missing. ${HOW}`);
    },
  );
  const [major = 0, minor = 0] = text.replace(/^v/, '').split('.').map(Number);
  if (major > LEAST.major || (major === LEAST.major && minor >= LEAST.minor)) return;
  throw new TaskError(`helm ${text} is too old. ${HOW}`);
}

/**
 * Stops where the gateway belongs to Helm: objects that two tools write would never be the same twice.
 *
 * @param advice what to do, before the command that ends the release
 * @throws TaskError with the release
 */
export async function stopAtRelease(cluster: Cluster, advice: string): Promise<void> {
  const release = (await read<V1Deployment>(cluster, deployment))?.metadata?.annotations?.[RELEASE];
  if (!release) return;
  throw new TaskError(
    `The gateway in ${GATEWAY_NAMESPACE} belongs to Helm (release ${release}). ${advice} helm uninstall ${release} --namespace ${GATEWAY_NAMESPACE} --kube-context ${cluster.context}`,
  );
}

/**
 * Installs or upgrades the release `inference-gateway` with these values. Objects that `task deploy-inference-gateway` made
 * become Helm's without being made anew, so no answer is cut; what the deployment no longer names goes.
 *
 * @param others objects of other parts of the deployment, which stay
 * @throws TaskError when helm fails; its own words are on standard error by then
 */
export async function upgradeRelease(
  cluster: Cluster,
  values: Readonly<Record<string, unknown>>,
  others: readonly ObjectReference[],
  report: Report,
): Promise<void> {
  const present = await read<V1Deployment>(cluster, deployment);
  const takeOver =
    present?.metadata?.labels?.[MANAGED_BY] === FIELD_MANAGER && !present.metadata.annotations?.[RELEASE];
  if (takeOver) {
    report.line('  Helm takes over what `task deploy-inference-gateway` made');
    await forgetConfiguration(cluster, report);
  }
  report.line(`Upgrading the release ${GATEWAY} in ${GATEWAY_NAMESPACE}`);
  const place = ['--namespace', GATEWAY_NAMESPACE, '--kube-context', cluster.context];
  await runTool(
    'helm',
    // Values are those of the deployment alone, whatever an earlier release was told.
    ['upgrade', '--install', GATEWAY, CHART, ...place, '--reset-values', '--hide-notes', '--values', '-'].concat(
      takeOver ? ['--take-ownership'] : [],
    ),
    HOW,
    { input: JSON.stringify(values) },
  );
  if (takeOver) await prune(cluster, GATEWAY_NAMESPACE, others, report);
}

/** Helm would leave variables that an earlier deployment had in a ConfigMap that it takes over. Pods have read theirs. */
async function forgetConfiguration(cluster: Cluster, report: Report): Promise<void> {
  for (const name of [GATEWAY, `${GATEWAY}-files`]) {
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: GATEWAY_NAMESPACE } };
    const found = await read<V1Deployment>(cluster, reference);
    if (found?.metadata?.labels?.[MANAGED_BY] !== FIELD_MANAGER) continue;
    await cluster.objects.delete(reference);
    report.line(`  deleted ${describe(reference)}, which Helm makes anew`);
  }
}
