import { stringify } from 'yaml';
import { PROVIDER_ROWS, providerVariables } from '../../gateway/config/providers.ts';
import { VARIABLES } from '../../gateway/config/variables.ts';
import { ConfigError, type GatewayConfig, parseGatewayConfig } from '../../gateway/config.ts';
import { AUTHORITY_FILE, CLIENT_ID, IDENTITY_NAMESPACE, issuerAt, KEYCLOAK, PORTS, serviceHost } from '../names.ts';
import type { DeploymentValues } from './schema.ts';

/** Where the gateway's pod finds `PROVIDERS_FILE`. */
export const PROVIDERS_DIRECTORY = '/etc/inference-gateway';
export const PROVIDERS_KEY = 'providers.yaml';

/** What the pod gets, and what the gateway will make of it. */
export interface GatewayEnvironment {
  /** Content of the ConfigMap `inference-gateway`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Text of PROVIDERS_FILE; absent when the built-in providers are enough. */
  readonly providersFile?: string;
  /** Names of the provider keys that the Secret must hold. */
  readonly providerKeys: readonly string[];
  readonly config: GatewayConfig;
  readonly warnings: readonly string[];
}

/** The variables that follow from the deployment. */
const DERIVED = ['ENABLE_AUTH', 'OIDC_ISSUER_URL', 'OIDC_CLIENT_ID', 'OIDC_DISCOVERY_URL', 'SSL_CERT_FILE'];
const ALSO_DERIVED = ['SERVER_HOST', 'SERVER_PORT', 'SERVER_PUBLIC_URL', 'TELEMETRY_METRICS_PORT', 'PROVIDERS_FILE'];
const SECRET = /^OIDC_CLIENT_SECRET$|_API_KEY$/;

/**
 * The gateway's environment for a deployment, read by the gateway's own parser: a manifest that the pod would refuse
 * cannot be made. Problems are added with the place in the deployment file.
 */
export function gatewayEnvironment(values: DeploymentValues, problems: string[]): GatewayEnvironment | undefined {
  const { variables, providers } = values.gateway;
  for (const name of Object.keys(variables)) {
    if (SECRET.test(name))
      problems.push(`gateway.variables.${name}: is a secret; it belongs into the Secret inference-gateway`);
    if (!Object.hasOwn(VARIABLES, name) && !/^(OIDC_|AUTH|ENABLE_AUTH)|_API_KEY$/.test(name))
      problems.push(
        `gateway.variables.${name}: is no variable of the gateway (README lists them); providers have their place`,
      );
    if ([...DERIVED, ...ALSO_DERIVED].includes(name))
      problems.push(`gateway.variables.${name}: follows from the rest of the deployment; leave it out`);
  }
  const builtIn = (id: string) => PROVIDER_ROWS.find((row) => row.id === id);
  const isRow = ([id, { url: _, ...rest }]: [string, DeploymentValues['gateway']['providers'][string]]) =>
    !builtIn(id) || Object.keys(rest).length > 0;
  const rows = Object.entries(providers).filter(isRow);
  const providersFile =
    rows.length > 0 ? stringify({ providers: rows.map(([id, row]) => ({ id, ...row })) }) : undefined;
  const all: Record<string, string> = {
    ENABLE_AUTH: 'true',
    OIDC_ISSUER_URL: issuerAt(values.hosts.keycloak),
    OIDC_DISCOVERY_URL: `${issuerAt(serviceHost(KEYCLOAK, IDENTITY_NAMESPACE))}/.well-known/openid-configuration`,
    SSL_CERT_FILE: AUTHORITY_FILE,
    SERVER_HOST: '0.0.0.0',
    SERVER_PORT: String(PORTS.gateway),
    SERVER_PUBLIC_URL: `https://${values.hosts.api}`,
    TELEMETRY_METRICS_PORT: String(PORTS.metrics),
    ...(providersFile && { PROVIDERS_FILE: `${PROVIDERS_DIRECTORY}/${PROVIDERS_KEY}` }),
    ...Object.fromEntries(
      Object.entries(providers).flatMap((entry) =>
        entry[1].url && !isRow(entry) ? [[providerVariables(entry[0]).url, entry[1].url]] : [],
      ),
    ),
    ...variables,
  };
  const providerKeys = Object.entries(providers)
    .filter(([id, { key }]) => (key ?? builtIn(id)?.key ?? 'bearer') !== 'none')
    .map(([id]) => providerVariables(id).key);
  const read = parsed(all, providerKeys, providersFile, problems);
  return (
    read && {
      variables: sorted(all),
      ...(providersFile && { providersFile }),
      providerKeys: providerKeys.sort(),
      ...read,
    }
  );
}

/** The gateway's parser, with something in place of the secrets. */
function parsed(
  variables: Record<string, string>,
  providerKeys: readonly string[],
  providersFile: string | undefined,
  problems: string[],
) {
  const secrets = ['OIDC_CLIENT_SECRET', ...providerKeys].map((name) => [name, 'in-the-secret']);
  const environment = { ...variables, OIDC_CLIENT_ID: CLIENT_ID, ...Object.fromEntries(secrets) };
  const readFile = (path: string) => {
    if (providersFile && path === variables['PROVIDERS_FILE']) return providersFile;
    throw new Error('a file that the pod does not have');
  };
  try {
    return parseGatewayConfig(environment, readFile);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems.map(({ variable, message }) => `gateway.variables.${variable}: ${message}`));
    return undefined;
  }
}

const sorted = (record: Record<string, string>) =>
  Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
