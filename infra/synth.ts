import { chmodSync, mkdirSync } from 'node:fs';
import { App, YamlOutputType } from 'cdk8s';
import { GatewayChart } from './charts/gateway-chart.ts';
import { IdentityChart } from './charts/identity-chart.ts';
import { NamespacesChart } from './charts/namespaces-chart.ts';
import type { DeploymentConfig } from './deployment.ts';

/** A part of a deployment: one file of manifests. */
export type Part = 'namespaces' | 'identity' | 'gateway';

/** The charts of a deployment. A pure function of it: no clock, no chance, no network. */
export function chartsOf(config: DeploymentConfig, app: App = new App()) {
  return {
    namespaces: new NamespacesChart(app, 'namespaces'),
    identity: new IdentityChart(app, 'identity', config),
    gateway: new GatewayChart(app, 'gateway', config),
  } satisfies Record<Part, unknown>;
}

/** In mode `inline` there are secrets in it. */
const OWNER_ONLY_DIRECTORY = 0o700;

/** Writes `namespaces.yaml`, `identity.yaml` and `gateway.yaml` into a folder. */
export function synthesize(config: DeploymentConfig, directory: string): void {
  const app = new App({
    outdir: directory,
    outputFileExtension: '.yaml',
    yamlOutputType: YamlOutputType.FILE_PER_CHART,
  });
  chartsOf(config, app);
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  chmodSync(directory, OWNER_ONLY_DIRECTORY);
  app.synth();
}
