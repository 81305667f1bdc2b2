import { describe, expect, test } from 'vitest';
import { ConfigError, type Environment, parseGatewayConfig } from './config.ts';

const base = { OIDC_ISSUER_URL: 'https://issuer.example/realms/r', OIDC_CLIENT_ID: 'client' };
const noFiles = (path: string): string => {
  throw new Error(`ENOENT: ${path}`);
};
const parse = (environment: Environment, files: Record<string, string> = {}) =>
  parseGatewayConfig(environment, (path) => files[path] ?? noFiles(path));

function problemsOf(environment: Environment, files: Record<string, string> = {}): string[] {
  try {
    parse(environment, files);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ variable }) => variable);
    throw error;
  }
  return [];
}

test('two variables are enough, and everything else has the default of the table', () => {
  const { config } = parse(base);
  expect(config).toMatchObject({
    auth: {
      issuer: base.OIDC_ISSUER_URL,
      discoveryUrl: 'https://issuer.example/realms/r/.well-known/openid-configuration',
      clockTolerance: 30_000,
      keys: { maxAge: 600_000, cooldown: 10_000, maxStale: 86_400_000 },
      untypedTokens: 'refuse',
    },
    server: {
      host: '127.0.0.1',
      port: 8080,
      maxRequestBodySize: 33_554_432,
      maxConcurrentRequests: 1024,
      shutdownGracePeriod: 600_000,
    },
    upstream: { connectTimeout: 5000, firstByteTimeout: 600_000, idleTimeout: 120_000, heartbeatInterval: 15_000 },
    metricsPort: 9464,
    logLevel: 'info',
    providers: [],
  });
});

test('an issuer with a slash at its end is kept as it is, and discovery is found under it', () => {
  const { config } = parse({ ...base, OIDC_ISSUER_URL: 'https://issuer.example/' });
  expect(config.auth).toMatchObject({
    issuer: 'https://issuer.example/',
    discoveryUrl: 'https://issuer.example/.well-known/openid-configuration',
  });
});

test('all problems come at once, each with its variable', () => {
  expect(
    problemsOf({
      OIDC_ISSUER_URL: 'http://issuer.example',
      OIDC_CLOCK_TOLERANCE: '30',
      OIDC_ALGORITHMS: 'RS256,HS256',
      SERVER_PORT: '70000',
      SERVER_MAX_REQUEST_BODY_SIZE: '32MB',
      SERVER_TRUSTED_PROXIES: '10.0.0.0/33',
      SERVER_TLS_CERT_FILE: '/x',
      PROXY_ROUTES: 'files/*',
      OLLAMA_API_URL: 'ollama:11434',
    }).sort(),
  ).toEqual(
    [
      'OIDC_ALGORITHMS',
      'OIDC_CLIENT_ID',
      'OIDC_CLOCK_TOLERANCE',
      'OIDC_ISSUER_URL',
      'OLLAMA_API_URL',
      'PROXY_ROUTES',
    ].concat(['SERVER_MAX_REQUEST_BODY_SIZE', 'SERVER_PORT', 'SERVER_TLS_KEY_FILE', 'SERVER_TRUSTED_PROXIES']),
  );
});

describe('authentication cannot be turned off by mistake', () => {
  test.each([
    ['nothing set', {}],
    ['an empty issuer', { ...base, OIDC_ISSUER_URL: ' ' }],
    ['a mistyped switch', { ...base, ENABLE_AUTHN: 'true' }],
    ['a mistyped issuer', { ...base, OIDC_ISSUER: 'https://x' }],
    ['an unknown AUTH name', { ...base, AUTHENTICATION: 'on' }],
    ['a switch that is neither true nor false', { ...base, ENABLE_AUTH: 'ture' }],
    ['two spellings with different values', { ...base, ENABLE_AUTH: 'true', AUTH_ENABLE: 'false' }],
    ['two old spellings with different values', { ...base, AUTH_ENABLED: 'true', AUTH_ENABLE: 'false' }],
    ['a policy that this version would not read', { ...base, POLICY_FILE: '/policy.yaml' }],
    ['introspection that this version would not do', { ...base, OIDC_INTROSPECTION: 'on' }],
  ])('%s refuses to start', (_name, environment) => {
    expect(problemsOf(environment)).not.toEqual([]);
  });

  test('false must be said, and is warned of', () => {
    const { config, warnings } = parse({ ENABLE_AUTH: 'false', SERVER_HOST: '0.0.0.0' });
    expect(config.auth).toBeUndefined();
    expect(warnings.join()).toMatch(/every caller is let in, and 0\.0\.0\.0/);
  });
});

test.each([
  ['AUTH_ENABLE', 'false', 'ENABLE_AUTH'],
  ['AUTH_ENABLED', 'false', 'ENABLE_AUTH'],
  ['AUTH_OIDC_ISSUER', 'https://old.example', 'OIDC_ISSUER_URL'],
  ['AUTH_OIDC_CLIENT_ID', 'old', 'OIDC_CLIENT_ID'],
  ['AUTH_OIDC_CLIENT_SECRET', 'old', 'OIDC_CLIENT_SECRET'],
  ['TELEMETRY_ENABLE', 'false', 'TELEMETRY_METRICS_PORT'],
])('the old name %s works, with one warning that names the canonical one', (name, value, canonical) => {
  const rest = Object.fromEntries(Object.entries(base).filter(([key]) => key !== canonical));
  const { warnings } = parse({ ...rest, [name]: value });
  expect(warnings.filter((warning) => warning.includes(name))).toEqual([expect.stringContaining(canonical)]);
});

test('both spellings with the same value are fine', () => {
  expect(problemsOf({ ...base, ENABLE_AUTH: 'true', AUTH_ENABLE: 'true' })).toEqual([]);
});

test('what Kubernetes sets for a Service called auth is no typing error', () => {
  const links = {
    AUTH_SERVICE_HOST: '10.0.0.1',
    AUTH_SERVICE_PORT: '80',
    AUTH_PORT: 'tcp://10.0.0.1:80',
    AUTH_PORT_80_TCP_ADDR: '10.0.0.1',
  };
  expect(problemsOf({ ...base, ...links })).toEqual([]);
});

test('a value may come from a file; a file that is not there, or a second value, is a problem', () => {
  const { config } = parse({ ...base, OPENAI_API_KEY_FILE: '/run/key' }, { '/run/key': 'sk-from-file\n' });
  expect(config.providers).toMatchObject([{ id: 'openai', apiKey: 'sk-from-file', url: 'https://api.openai.com/v1' }]);
  expect(problemsOf({ ...base, OIDC_CLIENT_SECRET_FILE: '/gone' })).toEqual(['OIDC_CLIENT_SECRET_FILE']);
  expect(problemsOf({ ...base, OPENAI_API_KEY: 'a', OPENAI_API_KEY_FILE: '/k' }, { '/k': 'b' })).toEqual([
    'OPENAI_API_KEY',
  ]);
});

describe('providers', () => {
  const ids = (environment: Environment, files = {}) =>
    parse({ ...base, ...environment }, files).config.providers.map(({ id }) => id);
  const file = { PROVIDERS_FILE: '/p.yaml' };

  test('one is on when its key is set, or when it needs none and its URL is', () => {
    expect(
      ids({ OPENAI_API_KEY: 'k', OLLAMA_API_URL: 'http://ollama:11434/v1/', GROQ_API_URL: 'https://x/v1' }),
    ).toEqual(['openai', 'ollama']);
    expect(problemsOf({ ...base, CLOUDFLARE_API_KEY: 'k' })).toEqual(['CLOUDFLARE_API_URL']);
  });

  test('rows of a file join, and may replace a built-in one', () => {
    const yaml =
      'providers:\n  - { id: vllm, url: "http://vllm:8000/v1", key: none }\n  - { id: openai, url: "https://proxy.example/v1", key: { header: api-key } }\n';
    const { config } = parse({ ...base, ...file, OPENAI_API_KEY: 'k' }, { '/p.yaml': yaml });
    expect(config.providers).toMatchObject([
      { id: 'vllm' },
      { id: 'openai', url: 'https://proxy.example/v1', key: { header: 'api-key' } },
    ]);
  });

  test.each([
    ['an unknown key', 'providers: [{ id: x, url: "http://x/v1", kye: none }]'],
    ['a bad id', 'providers: [{ id: "X/Y", url: "http://x/v1" }]'],
    ['the same id twice', 'providers: [{ id: x, key: none }, { id: x, key: none }]'],
    ['no YAML', 'providers: ['],
    ["a header of the gateway's own", 'providers: [{ id: x, url: "http://x/v1", key: none, headers: { Host: y } }]'],
    [
      'a header that breaks the line',
      'providers: [{ id: x, url: "http://x/v1", key: none, headers: { a: "b\\r\\nc: d" } }]',
    ],
    [
      'aliases without end',
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nproviders: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]',
    ],
  ])('%s in the file is a problem', (_name, yaml) => {
    expect(problemsOf({ ...base, ...file }, { '/p.yaml': yaml })).toContain('PROVIDERS_FILE');
  });

  test('a key that would cross the network in the clear is warned of', () => {
    expect(parse({ ...base, OPENAI_API_KEY: 'k', OPENAI_API_URL: 'http://10.0.0.9/v1' }).warnings.join()).toContain(
      'in the clear',
    );
  });
});
