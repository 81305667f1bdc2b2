import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext } from 'vitest';
import type { DeploymentConfig } from './deployment.ts';
import { deploymentNames, loadDeployment } from './deployments.ts';
import { synthesize } from './synth.ts';
import { clusterTest } from './testing/cluster.ts';
import { allManifests, deploymentOf, MODES } from './testing/deployments.ts';
import { kubectl } from './testing/kubectl.ts';

/** The groups of a deployment that the cluster does not know. */
async function missingGroups(config: DeploymentConfig): Promise<string[]> {
  const kinds = await kubectl(['api-resources', '--no-headers', '--output', 'name']);
  const groups = allManifests(config)
    .map(({ apiVersion }) => apiVersion.split('/')[0] ?? '')
    .filter((group) => /\.(io|com)$/.test(group) && !group.endsWith('.k8s.io'));
  return [...new Set(groups)].filter((group) => !kinds.includes(`.${group}\n`));
}

/** A server-side dry run: the API server checks every field, and keeps nothing. */
async function dryRun(config: DeploymentConfig, skip: TestContext['skip']): Promise<void> {
  const missing = await missingGroups(config);
  if (missing.length > 0) {
    const note = `the cluster lacks the definitions of ${missing.join(', ')}: install those operators, or just their CRDs`;
    if (process.env['REQUIRE_TOOLS'] === '1') throw new Error(note);
    skip(note);
  }
  const directory = mkdtempSync(join(tmpdir(), 'dry-run-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  synthesize(config, directory);
  const apply = [
    'apply',
    '--server-side',
    '--dry-run=server',
    '--force-conflicts',
    '--field-manager',
    'gatehouse-test',
  ];
  const output = await kubectl([...apply, '--filename', directory]);
  expect(output.trim().split('\n')).toHaveLength(allManifests(config).length);
}

for (const name of deploymentNames()) {
  clusterTest(`the deployment ${name} passes`, async ({ skip }) => dryRun(await loadDeployment(name), skip));
}

const ownGateway = {
  mode: 'gateway-api',
  gateway: { name: 'public', namespace: 'default', className: 'any' },
} as const;

for (const exposure of [...MODES.exposure.filter((mode) => !('gateway' in mode)), MODES.exposure[1], ownGateway]) {
  const how = exposure === ownGateway ? 'gateway-api with a Gateway of ours' : exposure.mode;
  const rest = { database: MODES.database[3], secrets: MODES.secrets[3] };
  clusterTest(`exposure ${how} passes`, async ({ skip }) => dryRun(deploymentOf({ exposure, ...rest }), skip));
}
