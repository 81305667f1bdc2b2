import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import type { DeploymentConfig } from './deployment.ts';
import { deploymentNames, loadDeployment } from './deployments.ts';
import { synthesize } from './synth.ts';
import { allManifests, deploymentOf, MODES } from './testing/deployments.ts';
import { kubectl } from './testing/kubectl.ts';

/** Server-side dry runs: the API server checks every field, and keeps nothing. */
let directory = '';
let kinds = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'dry-run-'));
  kinds = await kubectl('api-resources', '--no-headers', '--output', 'name');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The groups of a deployment that the cluster does not know. */
const missingGroups = (config: DeploymentConfig): string[] => {
  const groups = allManifests(config)
    .map(({ apiVersion }) => apiVersion.split('/')[0] ?? '')
    .filter((group) => /\.(io|com)$/.test(group) && !group.endsWith('.k8s.io'));
  return [...new Set(groups)].filter((group) => !kinds.includes(`.${group}\n`));
};

async function dryRun(config: DeploymentConfig, { skip }: TestContext): Promise<void> {
  const missing = missingGroups(config);
  if (missing.length > 0) {
    const note = `the cluster lacks the definitions of ${missing.join(', ')}: install those operators, or just their CRDs`;
    if (process.env['REQUIRE_TOOLS'] === '1') throw new Error(note);
    skip(note);
  }
  synthesize(config, directory);
  const apply = [
    'apply',
    '--server-side',
    '--dry-run=server',
    '--force-conflicts',
    '--field-manager',
    'gatehouse-test',
  ];
  const output = await kubectl(...apply, '--filename', directory);
  expect(output.trim().split('\n')).toHaveLength(allManifests(config).length);
}

for (const name of deploymentNames()) {
  test(`the deployment ${name} passes`, async (context) => dryRun(await loadDeployment(name), context));
}

const ownGateway = {
  mode: 'gateway-api',
  gateway: { name: 'public', namespace: 'default', className: 'any' },
} as const;

for (const exposure of [...MODES.exposure.filter((mode) => !('gateway' in mode)), MODES.exposure[1], ownGateway]) {
  const how = exposure === ownGateway ? 'gateway-api with a Gateway of ours' : exposure.mode;
  const rest = { database: MODES.database[3], secrets: MODES.secrets[3] };
  test(`exposure ${how} passes`, async (context) => dryRun(deploymentOf({ exposure, ...rest }), context));
}
