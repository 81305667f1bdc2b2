import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { isJson } from '../model-server/types.ts';

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where the stack's parts are and what they share. */
export interface Wiring {
  readonly gatewayPort: number;
  readonly metricsPort: number;
  readonly issuer: string;
  readonly modelServerUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly stateDirectory: string;
}

/** What the stack decides itself; the same names in the user's environment (in any spelling) are left out. */
const OWN =
  /^(AUTH|ENABLE_AUTH|OIDC_(ISSUER|CLIENT|AUDIENCE|DISCOVERY|JWKS)|SERVER_(HOST|PORT|TLS|PUBLIC)|TELEMETRY_METRICS_PORT)/;

const PROVIDERS = fileURLToPath(new URL('providers.yaml', import.meta.url));

/**
 * The gateway's environment: the user's, so that real providers join by their variables, and the stack's own values. The
 * gateway logs warnings only, unless `LOG_LEVEL` says otherwise.
 */
export function gatewayEnvironment(user: Environment, wiring: Wiring): Environment {
  const kept = Object.fromEntries(Object.entries(user).filter(([name]) => !OWN.test(name)));
  return {
    LOG_LEVEL: 'warn',
    ...kept,
    ENABLE_AUTH: 'true',
    OIDC_ISSUER_URL: wiring.issuer,
    OIDC_CLIENT_ID: wiring.clientId,
    OIDC_CLIENT_SECRET: wiring.clientSecret,
    SERVER_HOST: '127.0.0.1',
    SERVER_PORT: String(wiring.gatewayPort),
    TELEMETRY_METRICS_PORT: String(wiring.metricsPort),
    PROVIDERS_FILE: providersFile(user['PROVIDERS_FILE'], wiring.stateDirectory),
    DEMO_API_URL: `${wiring.modelServerUrl}/v1`,
  };
}

/** A small environment for parts that need nothing of the user's. */
export function plainEnvironment(user: Environment, values: Environment = {}): Environment {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'JAVA_HOME', 'XDG_CACHE_HOME', 'GATEHOUSE_STATE_DIR'];
  const network = Object.keys(user).filter((name) => /^((https?|no)_proxy|MAVEN_.*|SSL_CERT_FILE)$/i.test(name));
  return { ...Object.fromEntries([...names, ...network].map((name) => [name, user[name]])), ...values };
}

/** The rows of the demo provider; with the user's own rows after them when there are some. */
function providersFile(own: string | undefined, directory: string): string {
  if (!own) return PROVIDERS;
  const rows = [PROVIDERS, own].flatMap((file) => {
    const content: unknown = parse(readFileSync(file, 'utf8'));
    return isJson(content) && Array.isArray(content['providers']) ? content['providers'] : [];
  });
  const merged = join(directory, 'providers.yaml');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeFileSync(merged, stringify({ providers: rows }), { mode: 0o600 });
  return merged;
}
