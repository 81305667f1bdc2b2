import { type GatewayEnvironment, gatewayEnvironment } from './deployment/gateway-environment.ts';
import { misfits } from './deployment/misfits.ts';
import { type DeploymentInput, type DeploymentValues, deploymentSchema } from './deployment/schema.ts';
import { SECRETS } from './names.ts';

export type { DeploymentInput } from './deployment/schema.ts';

/** A deployment that can be synthesized: everything decided, nothing secret but in mode `inline`. */
export interface DeploymentConfig extends Omit<DeploymentValues, 'gateway'> {
  /** Name of its file, and of its folder under `dist/`. */
  readonly name: string;
  readonly gateway: Omit<DeploymentValues['gateway'], 'variables'> & GatewayEnvironment;
  /** Names of the Secrets, by what they are for. */
  readonly secretNames: {
    readonly admin: string;
    readonly database: string;
    readonly realm: string;
    readonly gateway: string;
  };
  /** Names of the certificates' Secrets. `keycloakPublic` is what the public address shows. */
  readonly certificateNames: { readonly keycloak: string; readonly keycloakPublic: string; readonly gateway: string };
}

/** Every problem of a deployment file, each naming its place and the way out. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
  readonly problems: readonly string[];

  constructor(deployment: string, problems: readonly string[]) {
    super(`The deployment ${deployment} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Checks a deployment file and fills in its defaults.
 *
 * @throws DeploymentError with all problems at once
 */
export function parseDeployment(name: string, input: DeploymentInput): DeploymentConfig {
  const read = deploymentSchema.safeParse(input);
  if (!read.success) {
    throw new DeploymentError(
      name,
      read.error.issues.map(({ path, message }) => `${path.join('.') || 'deployment'}: ${message}`),
    );
  }
  const values = read.data;
  const problems = misfits(values);
  const environment = gatewayEnvironment(values, problems);
  if (problems.length > 0 || !environment) throw new DeploymentError(name, problems);
  const { variables: _, ...gateway } = values.gateway;
  return {
    ...values,
    name,
    gateway: { ...gateway, ...environment },
    secretNames: values.secrets.mode === 'existing' ? values.secrets.names : defaultSecretNames,
    certificateNames: certificateNames(values.tls),
  };
}

const defaultSecretNames = {
  admin: SECRETS.admin,
  database: SECRETS.database,
  realm: SECRETS.realm,
  gateway: SECRETS.gateway,
};

function certificateNames(tls: DeploymentValues['tls']): DeploymentConfig['certificateNames'] {
  if (tls.mode === 'existing') return { keycloak: tls.keycloak, keycloakPublic: tls.keycloak, gateway: tls.gateway };
  const keycloak = SECRETS.keycloakTls;
  // A public issuer certifies no name of a Service, so with cert-manager the two are different certificates.
  return {
    keycloak,
    keycloakPublic: tls.mode === 'cert-manager' ? SECRETS.keycloakPublicTls : keycloak,
    gateway: SECRETS.gatewayTls,
  };
}
