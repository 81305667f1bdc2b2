import type { z } from 'zod';
import * as value from './values.ts';

/** One configuration key: how its text is read, what it means, and the text that stands in for it when it is not set. */
export interface Variable<T> {
  readonly parse: value.Parse<T>;
  readonly meaning: string;
  readonly default?: string;
  /** Hidden when the configuration is shown. */
  readonly secret?: true;
}

/** The asymmetric signature algorithms of RFC 7518 §3.1 and RFC 8037 §3.1; HMAC and `none` can't be configured. */
export const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Every key of the gateway but the providers' (see `providers.ts`). `--help`, `--check` and the README are made from this table. */
export const VARIABLES = {
  ENABLE_AUTH: {
    parse: value.boolean,
    default: 'true',
    meaning: 'admit only callers with a good access token; `false` must be said, and the log then warns at every start',
  },
  OIDC_ISSUER_URL: { parse: value.secureUrl, meaning: 'the exact `iss` of its tokens; https unless loopback' },
  OIDC_CLIENT_ID: { parse: value.text, meaning: 'our client at the issuer' },
  OIDC_CLIENT_SECRET: { parse: value.text, meaning: 'its secret; not needed to verify tokens', secret: true },
  OIDC_AUDIENCE: {
    parse: value.text,
    meaning:
      "set: `aud` must hold it; unset: `aud` holds the client id, or `azp` equals it and the log hints at Keycloak's audience mapper",
  },
  OIDC_DISCOVERY_URL: {
    parse: value.secureUrl,
    meaning: 'where to fetch the discovery document, when the issuer cannot be reached at its own address',
  },
  OIDC_JWKS_URL: { parse: value.secureUrl, meaning: 'where to fetch the keys; discovery is then left out' },
  OIDC_AUTHORIZED_PARTIES: {
    parse: value.list,
    default: '',
    meaning: 'clients (`azp`) whose tokens are accepted; empty: any',
  },
  OIDC_REQUIRED_SCOPES: { parse: value.list, default: '', meaning: 'scopes that every token must have' },
  OIDC_ALGORITHMS: {
    parse: value.listOf(ALGORITHMS),
    default: ALGORITHMS.join(','),
    meaning: 'signature algorithms that count',
  },
  OIDC_CLOCK_TOLERANCE: { parse: value.duration('0', '5m'), default: '30s', meaning: 'for `exp`, `nbf` and `iat`' },
  OIDC_KEYS_MAX_AGE: {
    parse: value.duration('1s', '24h'),
    default: '10m',
    meaning: 'refresh the keys at the latest after',
  },
  OIDC_KEYS_COOLDOWN: {
    parse: value.duration('1s', '1h'),
    default: '10s',
    meaning: 'least time between two fetches that unknown key ids cause, failed ones counted',
  },
  OIDC_KEYS_MAX_STALE: {
    parse: value.duration('1s', '30d'),
    default: '24h',
    meaning: 'how long keys serve while refreshes fail',
  },
  OIDC_UNTYPED_TOKENS: {
    parse: value.oneOf('refuse', 'accept'),
    default: 'refuse',
    meaning: '`accept` for issuers whose access tokens carry neither a `typ` claim nor an `at+jwt` header (Entra ID)',
  },
  SSL_CERT_FILE: {
    parse: value.text,
    meaning: 'PEM authorities added to the built-in ones, for issuer and upstreams; re-read when the file changes',
  },
  SERVER_HOST: { parse: value.text, default: '127.0.0.1', meaning: 'address to listen on (image: `0.0.0.0`)' },
  SERVER_PORT: { parse: value.port, default: '8080', meaning: '0: any free port' },
  SERVER_TLS_CERT_FILE: { parse: value.text, meaning: 'serve HTTPS with this PEM chain; re-read when it changes' },
  SERVER_TLS_KEY_FILE: { parse: value.text, meaning: 'its private key' },
  SERVER_PUBLIC_URL: { parse: value.secureUrl, meaning: 'our address as callers see it' },
  SERVER_TRUSTED_PROXIES: {
    parse: value.list,
    default: '',
    meaning: 'addresses and networks (CIDR) whose `X-Forwarded-For` is believed, for the log',
  },
  SERVER_MAX_REQUEST_BODY_SIZE: {
    parse: value.size('1KiB', '1GiB'),
    default: '32MiB',
    meaning: 'over: 413; all bodies under way together may have eight times as much (at least 64MiB), over: 503',
  },
  SERVER_MAX_CONCURRENT_REQUESTS: {
    parse: value.integer(1, 1_000_000),
    default: '1024',
    meaning: 'admitted requests at once; over: 503 with `Retry-After`',
  },
  TELEMETRY_METRICS_PORT: { parse: value.port, default: '9464', meaning: "`GET /metrics`, Prometheus' format; 0: off" },
  UPSTREAM_CONNECT_TIMEOUT: { parse: value.duration('100ms', '5m'), default: '5s', meaning: 'to reach a provider' },
  UPSTREAM_FIRST_BYTE_TIMEOUT: {
    parse: value.duration('100ms', '24h'),
    default: '10m',
    meaning: 'until the first byte of its answer',
  },
  UPSTREAM_IDLE_TIMEOUT: {
    parse: value.duration('100ms', '24h'),
    default: '2m',
    meaning: 'between two pieces of an answer; a stream that still moves has no limit',
  },
  STREAM_HEARTBEAT_INTERVAL: {
    parse: value.duration('0', '1h'),
    default: '15s',
    meaning: 'comment line in a quiet event stream, for proxies on the way; 0: off',
  },
  SHUTDOWN_GRACE_PERIOD: {
    parse: value.duration('0', '24h'),
    default: '10m',
    meaning: 'how long running answers may finish after SIGTERM',
  },
  ALLOWED_MODELS: {
    parse: value.list,
    default: '',
    meaning: 'model names or `provider/model`, `*` wildcards; empty: all',
  },
  DISALLOWED_MODELS: {
    parse: value.list,
    default: '',
    meaning:
      'the same, refused; a provider may know a model by several names (`llama3`, `llama3:latest`), so an allow-list is the safer one',
  },
  PROVIDERS_FILE: { parse: value.text, meaning: 'YAML rows of further OpenAI-compatible servers' },
  PROXY_ROUTES: {
    parse: value.list,
    default: '',
    meaning: 'method and path patterns that `/proxy` lets through, such as `GET openai/files/*`; empty: off',
  },
  LOG_LEVEL: { parse: value.oneOf(...LOG_LEVELS), default: 'info', meaning: LOG_LEVELS.join(', ') },
} as const satisfies Record<string, Variable<unknown>>;

export type VariableName = keyof typeof VARIABLES;

type Output<V> = V extends { parse: infer P extends z.ZodType } ? z.output<P> : never;

/** What each variable holds once read; those without a default may be absent. */
export type Values = {
  readonly [K in VariableName]: (typeof VARIABLES)[K] extends { default: string }
    ? Output<(typeof VARIABLES)[K]>
    : Output<(typeof VARIABLES)[K]> | undefined;
};
