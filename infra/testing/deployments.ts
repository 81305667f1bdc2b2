import { type DeploymentConfig, type DeploymentInput, parseDeployment } from '../deployment.ts';
import { chartsOf } from '../synth.ts';

type Choice<K extends keyof DeploymentInput> = DeploymentInput[K];

/** Every mode of every choice. */
export const MODES = {
  database: [
    { mode: 'embedded' },
    { mode: 'cloudnative-pg' },
    { mode: 'external', host: 'postgres.example.com' },
    { mode: 'external', host: 'postgres.example.com', authority: 'postgres-authority' },
    { mode: 'external', host: 'postgres.example.com', tls: 'off' },
  ] as const satisfies readonly Choice<'database'>[],
  tls: [
    { mode: 'self-signed' },
    { mode: 'cert-manager', issuer: { name: 'letsencrypt' } },
    { mode: 'existing' },
  ] as const satisfies readonly Choice<'tls'>[],
  secrets: [
    { mode: 'generate' },
    { mode: 'existing' },
    { mode: 'external-secrets', store: { name: 'vault' } },
    {
      mode: 'inline',
      values: {
        adminPassword: 'AdminPassword1234',
        databasePassword: 'DatabasePassword1234',
        clientSecret: 'ClientSecret1234',
        demoUserPassword: 'DemoUserPassword1234',
      },
    },
  ] as const satisfies readonly Choice<'secrets'>[],
  exposure: [
    { mode: 'ingress' },
    { mode: 'gateway-api', gateway: { name: 'public', namespace: 'gateways' } },
    { mode: 'gateway-api', gateway: { name: 'public', namespace: 'gateways', className: 'contour' } },
    { mode: 'none' },
  ] as const satisfies readonly Choice<'exposure'>[],
};

/** A small deployment with some of its parts replaced. */
export const deploymentInput = (parts: Partial<DeploymentInput> = {}): DeploymentInput => ({
  contexts: ['test'],
  hosts: { api: 'api.example.com', keycloak: 'login.example.com' },
  database: MODES.database[0],
  tls: MODES.tls[0],
  secrets: MODES.secrets[0],
  exposure: MODES.exposure[0],
  controllerNamespaces: ['gateways'],
  ...parts,
});

export const deploymentOf = (parts?: Partial<DeploymentInput>): DeploymentConfig =>
  parseDeployment('test', deploymentInput(parts));

/** A manifest, as far as tests look into any kind of it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: a manifest of any kind
  readonly spec?: any;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

export const allManifests = (config: DeploymentConfig): Manifest[] => {
  const charts = chartsOf(config);
  return [charts.namespaces, charts.identity, charts.gateway].flatMap((chart) => chart.toJson());
};

/** The one manifest of a kind and name. Throws when it is not there. */
export function manifest(config: DeploymentConfig, kind: string, name: string): Manifest {
  const found = allManifests(config).find((candidate) => candidate.kind === kind && candidate.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found;
}
