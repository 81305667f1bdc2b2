import type { Cluster } from '../cluster/connect.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { GATEWAY_NAMESPACE, IDENTITY_NAMESPACE } from '../names.ts';

/** The namespaces that bootstrap writes into. */
export interface Namespaces {
  /** Keycloak's and the database's. Default `idp`. */
  readonly identity: string;
  /** The gateway's. Default `inference-gateway`. */
  readonly gateway: string;
}

/** What a run of bootstrap may be given beside its deployment; tests have namespaces and a clock of their own. */
export interface BootstrapOptions {
  readonly namespaces?: Namespaces;
  /** The time that certificates are judged by and made for. Default the present. */
  readonly now?: () => Date;
}

/** Environment variables of the task. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What one run of bootstrap works with. */
export interface BootstrapContext {
  readonly cluster: Cluster;
  readonly deployment: DeploymentConfig;
  readonly environment: Environment;
  /** Takes one line for each object that was made or renewed, and warnings. No line holds a secret. */
  readonly report: (line: string) => void;
  readonly namespaces: Namespaces;
  readonly now: () => Date;
}

export const contextOf = (
  cluster: Cluster,
  deployment: DeploymentConfig,
  environment: Environment,
  report: (line: string) => void,
  {
    namespaces = { identity: IDENTITY_NAMESPACE, gateway: GATEWAY_NAMESPACE },
    now = () => new Date(),
  }: BootstrapOptions,
): BootstrapContext => ({ cluster, deployment, environment, report, namespaces, now });
