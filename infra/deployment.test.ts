import { expect, test } from 'vitest';
import { DeploymentError, type DeploymentInput, parseDeployment } from './deployment.ts';
import { deploymentInput, deploymentOf } from './testing/deployments.ts';

function problemsOf(parts: object): readonly string[] {
  try {
    parseDeployment('test', { ...deploymentInput(), ...parts } as DeploymentInput);
  } catch (error) {
    if (error instanceof DeploymentError) return error.problems;
    throw error;
  }
  return [];
}

/** What does not fit, and the words that lead out of it. */
const MISFITS: [string, object, RegExp][] = [
  [
    'two replicas with local caches',
    { keycloak: { replicas: 2 } },
    /^keycloak\.cache: .*say cache: 'jdbc-ping', or replicas: 1$/,
  ],
  [
    'replicas on one database pod',
    { keycloak: { replicas: 2, cache: 'jdbc-ping' } },
    /^database\.mode: .*'cloudnative-pg' or 'external'/,
  ],
  [
    'an external database without host',
    { database: { mode: 'external' } },
    /^database\.host: an external database needs its host, such as/,
  ],
  ['an unknown database mode', { database: { mode: 'oracle' } }, /^database\.mode: /],
  ['an unknown key', { keycloak: { replica: 1 } }, /^keycloak: Unrecognized key: "replica"/],
  [
    'one host for both',
    { hosts: { api: 'a.example.com', keycloak: 'a.example.com' } },
    /^hosts\.keycloak: .*another name$/,
  ],
  [
    'a host that is no name',
    { hosts: { api: 'https://a.example.com', keycloak: 'b.example.com' } },
    /^hosts\.api: must be a DNS name/,
  ],
  ['cert-manager without issuer', { tls: { mode: 'cert-manager' } }, /^tls\.issuer: /],
  ['external-secrets without store', { secrets: { mode: 'external-secrets' } }, /^secrets\.store: /],
  [
    'max below min',
    { gateway: { autoscaling: { min: 3, max: 2 } } },
    /^gateway\.autoscaling: max \(2\) is below min \(3\)/,
  ],
  ['an image without tag', { images: { gateway: 'example.com/gateway' } }, /^images\.gateway: .*name a version$/],
  ['an image that moves', { images: { gateway: 'example.com/gateway:latest' } }, /^images\.gateway: .*name a version$/],
  [
    'an image without digest',
    { requireDigests: true, images: {} },
    /^images\.gateway: .*has no digest; name it as …@sha256:…/,
  ],
  ['no context', { contexts: [] }, /^contexts: name the contexts/],
  [
    'a console that nobody reaches',
    { exposure: { mode: 'none' }, keycloak: { console: true } },
    /^keycloak\.console: .*console: false/,
  ],
  ['a database of a megabyte', { database: { mode: 'embedded', storage: '1Mi' } }, /^database\.storage: .*256Mi/],
  [
    'a secret among the variables',
    { gateway: { variables: { OPENAI_API_KEY: 'x' } } },
    /^gateway\.variables\.OPENAI_API_KEY: is a secret/,
  ],
  [
    'a variable that follows',
    { gateway: { variables: { OIDC_ISSUER_URL: 'https://x' } } },
    /^gateway\.variables\.OIDC_ISSUER_URL: follows/,
  ],
  [
    'authentication turned off',
    { gateway: { variables: { ENABLE_AUTH: 'false' } } },
    /^gateway\.variables\.ENABLE_AUTH: follows/,
  ],
  [
    'what the gateway would refuse',
    { gateway: { variables: { OIDC_KEYS_MAX_AGE: 'soon' } } },
    /^gateway\.variables\.OIDC_KEYS_MAX_AGE: must be a duration/,
  ],
  [
    'a variable nobody knows',
    { gateway: { variables: { OIDC_ISSUER_ULR: 'x' } } },
    /^gateway\.variables\.OIDC_ISSUER_ULR: /,
  ],
  [
    'a variable that is not ours',
    { gateway: { variables: { NODE_OPTIONS: '--inspect' } } },
    /^gateway\.variables\.NODE_OPTIONS: is no variable of the gateway/,
  ],
  [
    'a key among the headers',
    { gateway: { providers: { vllm: { headers: { authorization: 'x' } } } } },
    /^gateway\.providers\.vllm\.headers\.authorization: /,
  ],
  [
    'settings within a host',
    { database: { mode: 'external', host: 'db:5432/x?sslmode=disable' } },
    /^database\.host: must be a name or an address/,
  ],
  [
    'a controller that is nowhere',
    { controllerNamespaces: [] },
    /^controllerNamespaces: name the namespace of the Ingress/,
  ],
  [
    'a provider without address',
    { gateway: { providers: { vllm: { key: 'bearer' } } } },
    /^gateway\.variables\.VLLM_API_URL: /,
  ],
  [
    'a provider with a wrong address',
    { gateway: { providers: { ollama: { url: 'ftp://x' } } } },
    /^gateway\.variables\.OLLAMA_API_URL: must be an http/,
  ],
];

test.each(MISFITS)('%s is refused with the way out', (_, parts, expected) => {
  expect(problemsOf(parts)).toEqual(expect.arrayContaining([expect.stringMatching(expected)]));
});

test('all problems are reported at once', () => {
  const problems = problemsOf({
    keycloak: { replicas: 2 },
    hosts: { api: 'a.example.com', keycloak: 'a.example.com' },
    gateway: { variables: { LOG_LEVEL: 'loud' } },
  });
  expect(problems).toHaveLength(4);
});

test('the gateway gets its issuer at the public host and its keys through the Service', () => {
  const { gateway } = deploymentOf();
  expect(gateway.variables).toMatchObject({
    ENABLE_AUTH: 'true',
    OIDC_ISSUER_URL: 'https://login.example.com/realms/inference-gateway-realm',
    OIDC_DISCOVERY_URL: 'https://keycloak.idp.svc/realms/inference-gateway-realm/.well-known/openid-configuration',
    SSL_CERT_FILE: '/usr/local/share/ca-certificates/keycloak-ca.crt',
    SERVER_PUBLIC_URL: 'https://api.example.com',
  });
  expect(gateway.config.auth?.clientId).toBe('inference-gateway-client');
});

test('built-in providers need a key in the Secret, others become rows of the providers file', () => {
  const { gateway } = deploymentOf({
    gateway: {
      providers: {
        openai: {},
        ollama: { url: 'http://ollama.models.svc:11434/v1' },
        vllm: { url: 'http://vllm.models.svc:8000/v1', key: 'none' },
        acme: { url: 'https://models.example.com/v1' },
      },
    },
  });
  expect(gateway.providerKeys).toEqual(['ACME_API_KEY', 'OPENAI_API_KEY']);
  expect(gateway.variables).toMatchObject({ OLLAMA_API_URL: 'http://ollama.models.svc:11434/v1' });
  expect(gateway.config.providers.map(({ id }) => id).sort()).toEqual(['acme', 'ollama', 'openai', 'vllm']);
  expect(gateway.providersFile).not.toContain('ollama');
});
