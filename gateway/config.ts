import { isIP } from 'node:net';
import {
  enableProviders,
  PROVIDER_ROWS,
  type ProviderConfig,
  providerVariables,
  readProvidersFile,
} from './config/providers.ts';
import { canonicalize, type Environment, type Problem, type ReadFile } from './config/spelling.ts';
import { isLoopback } from './config/values.ts';
import { VARIABLES, type Values, type Variable, type VariableName } from './config/variables.ts';

export type { Capability, KeyStyle, ProviderConfig } from './config/providers.ts';
export type { Environment, Problem, ReadFile } from './config/spelling.ts';

/** What to check a token against (RFC 9068 §4, OpenID Connect Discovery §4). Durations are milliseconds. */
export interface AuthConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  /** Absent: `aud` holds the client id, or `azp` equals it. */
  readonly audience?: string;
  readonly discoveryUrl: string;
  /** Present: keys come from here and discovery is left out. */
  readonly jwksUrl?: string;
  readonly authorizedParties: readonly string[];
  readonly requiredScopes: readonly string[];
  readonly algorithms: readonly string[];
  readonly clockTolerance: number;
  readonly untypedTokens: 'refuse' | 'accept';
  readonly keys: { readonly maxAge: number; readonly cooldown: number; readonly maxStale: number };
}

/** Everything the gateway can be told. Durations are milliseconds, sizes bytes. */
export interface GatewayConfig {
  /** Absent: callers are not authenticated. */
  readonly auth?: AuthConfig;
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly tls?: { readonly certFile: string; readonly keyFile: string };
    readonly publicUrl?: string;
    readonly trustedProxies: readonly string[];
    readonly maxRequestBodySize: number;
    readonly maxConcurrentRequests: number;
    readonly shutdownGracePeriod: number;
  };
  readonly upstream: {
    readonly connectTimeout: number;
    readonly firstByteTimeout: number;
    readonly idleTimeout: number;
    /** 0: none. */
    readonly heartbeatInterval: number;
  };
  readonly models: { readonly allowed: readonly string[]; readonly disallowed: readonly string[] };
  readonly providers: readonly ProviderConfig[];
  /** `METHOD provider/path` patterns, `*` for one or more characters. */
  readonly proxyRoutes: readonly { readonly method: string; readonly path: string }[];
  /** PEM authorities beside the built-in ones. */
  readonly authoritiesFile?: string;
  /** 0: off. */
  readonly metricsPort: number;
  readonly logLevel: string;
}

/** Every problem of a configuration, each naming its variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ variable, message }) => `${variable}: ${message}`).join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads a configuration from environment variables.
 *
 * @param readFile gives the text of the files that `NAME_FILE` and `PROVIDERS_FILE` name
 * @returns the configuration, and warnings for the log (old names, keys sent in the clear, no authentication)
 * @throws ConfigError with all problems at once
 */
export function parseGatewayConfig(
  environment: Environment,
  readFile: ReadFile,
): { config: GatewayConfig; warnings: readonly string[] } {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const fileRows = rowsOfFile(environment, readFile, problems);
  const replaced = new Set(fileRows.map(({ id }) => id));
  const rows = [
    ...PROVIDER_ROWS.filter(({ id }) => !replaced.has(id)).map((row) => ({ row, fromFile: false })),
    ...fileRows.map((row) => ({ row, fromFile: true })),
  ];
  const ofProviders = new Set(rows.flatMap(({ row }) => Object.values(providerVariables(row.id))));
  const canonical = canonicalize(
    environment,
    readFile,
    (name) => Object.hasOwn(VARIABLES, name) || ofProviders.has(name),
  );
  problems.push(...canonical.problems);
  warnings.push(...canonical.warnings);

  const values = readValues(canonical.texts, problems);
  const providers = enableProviders(rows, canonical.texts, problems, warnings);
  checkTogether(values, problems);
  const config = assemble(values, providers, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return { config, warnings: [...warnings, ...cautions(config)] };
}

function rowsOfFile(environment: Environment, readFile: ReadFile, problems: Problem[]) {
  const path = environment['PROVIDERS_FILE']?.trim();
  return path ? readProvidersFile(path, readFile, problems) : [];
}

function readValues(texts: ReadonlyMap<string, string>, problems: Problem[]): Values {
  const entries = Object.entries(VARIABLES).map(
    ([variable, { parse, default: standard }]: [string, Variable<unknown>]) => {
      const text = texts.get(variable) ?? standard;
      if (text === undefined) return [variable, undefined];
      const read = parse.safeParse(text);
      if (!read.success) problems.push(...read.error.issues.map(({ message }) => ({ variable, message })));
      return [variable, read.success ? read.data : parse.safeParse(standard ?? '').data];
    },
  );
  return Object.fromEntries(entries) as Values;
}

function checkTogether(values: Values, problems: Problem[]): void {
  const need = (variable: VariableName, message: string) => problems.push({ variable, message });
  const told = new Set(problems.map(({ variable }) => variable));
  if (values.ENABLE_AUTH) {
    for (const variable of ['OIDC_ISSUER_URL', 'OIDC_CLIENT_ID'] as const) {
      if (!values[variable] && !told.has(variable)) {
        need(variable, 'is needed to check tokens (or say ENABLE_AUTH=false to let everyone in)');
      }
    }
  }
  if (Boolean(values.SERVER_TLS_CERT_FILE) !== Boolean(values.SERVER_TLS_KEY_FILE)) {
    need('SERVER_TLS_KEY_FILE', 'and SERVER_TLS_CERT_FILE go together: set both or none');
  }
  for (const network of values.SERVER_TRUSTED_PROXIES) {
    if (!isNetwork(network))
      need('SERVER_TRUSTED_PROXIES', `${network} is no address and no network such as 10.0.0.0/8`);
  }
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const family = isIP(address);
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

function assemble(values: Values, providers: readonly ProviderConfig[], problems: Problem[]): GatewayConfig {
  const { SERVER_TLS_CERT_FILE: certFile, SERVER_TLS_KEY_FILE: keyFile } = values;
  return {
    ...(values.ENABLE_AUTH && { auth: authOf(values) }),
    server: {
      host: values.SERVER_HOST,
      port: values.SERVER_PORT,
      ...(certFile && keyFile && { tls: { certFile, keyFile } }),
      ...(values.SERVER_PUBLIC_URL && { publicUrl: values.SERVER_PUBLIC_URL.replace(/\/+$/, '') }),
      trustedProxies: values.SERVER_TRUSTED_PROXIES,
      maxRequestBodySize: values.SERVER_MAX_REQUEST_BODY_SIZE,
      maxConcurrentRequests: values.SERVER_MAX_CONCURRENT_REQUESTS,
      shutdownGracePeriod: values.SHUTDOWN_GRACE_PERIOD,
    },
    upstream: {
      connectTimeout: values.UPSTREAM_CONNECT_TIMEOUT,
      firstByteTimeout: values.UPSTREAM_FIRST_BYTE_TIMEOUT,
      idleTimeout: values.UPSTREAM_IDLE_TIMEOUT,
      heartbeatInterval: values.STREAM_HEARTBEAT_INTERVAL,
    },
    models: { allowed: values.ALLOWED_MODELS, disallowed: values.DISALLOWED_MODELS },
    providers,
    proxyRoutes: proxyRoutesOf(values.PROXY_ROUTES, problems),
    ...(values.SSL_CERT_FILE && { authoritiesFile: values.SSL_CERT_FILE }),
    metricsPort: values.TELEMETRY_METRICS_PORT,
    logLevel: values.LOG_LEVEL,
  };
}

function authOf(values: Values): AuthConfig {
  const issuer = values.OIDC_ISSUER_URL ?? '';
  return {
    issuer,
    clientId: values.OIDC_CLIENT_ID ?? '',
    ...(values.OIDC_CLIENT_SECRET && { clientSecret: values.OIDC_CLIENT_SECRET }),
    ...(values.OIDC_AUDIENCE && { audience: values.OIDC_AUDIENCE }),
    // OpenID Connect Discovery 1.0 §4: a slash at the issuer's end is taken off first.
    discoveryUrl: values.OIDC_DISCOVERY_URL ?? `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    ...(values.OIDC_JWKS_URL && { jwksUrl: values.OIDC_JWKS_URL }),
    authorizedParties: values.OIDC_AUTHORIZED_PARTIES,
    requiredScopes: values.OIDC_REQUIRED_SCOPES,
    algorithms: values.OIDC_ALGORITHMS,
    clockTolerance: values.OIDC_CLOCK_TOLERANCE,
    untypedTokens: values.OIDC_UNTYPED_TOKENS,
    keys: {
      maxAge: values.OIDC_KEYS_MAX_AGE,
      cooldown: values.OIDC_KEYS_COOLDOWN,
      maxStale: Math.max(values.OIDC_KEYS_MAX_STALE, values.OIDC_KEYS_MAX_AGE),
    },
  };
}

function proxyRoutesOf(routes: readonly string[], problems: Problem[]): GatewayConfig['proxyRoutes'] {
  return routes.flatMap((route) => {
    const [, method, path] = /^([A-Z]+|\*)\s+\/?([a-z][a-z0-9_-]*\/[^\s?#]+)$/.exec(route) ?? [];
    if (method && path) return [{ method, path }];
    problems.push({ variable: 'PROXY_ROUTES', message: `"${route}" is not of the form "GET openai/files/*"` });
    return [];
  });
}

function cautions(config: GatewayConfig): string[] {
  const open =
    !config.auth && !isLoopback(config.server.host) ? `, and ${config.server.host} can be reached from outside` : '';
  return [
    ...(config.auth ? [] : [`ENABLE_AUTH=false: every caller is let in${open}`]),
    ...(config.providers.length > 0
      ? []
      : ['no provider is on: set a key (OPENAI_API_KEY, …) or a URL (OLLAMA_API_URL, …)']),
  ];
}
