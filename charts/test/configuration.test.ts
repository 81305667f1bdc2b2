import { expect } from 'vitest';
import { chartTest, podOf, refusal, render, theOne, type Values } from '../testing/helm.ts';

const variables = async (values: Values) => theOne(await render(values), 'ConfigMap').data;
const checksum = async (values: Values) => podOf(await render(values)).metadata.annotations['checksum/config'];

chartTest('who is let in, in the variables of the gateway', async () => {
  const auth = {
    issuer: 'https://login.example.com/realms/ours',
    clientId: 'gateway',
    audience: 'api',
    discoveryUrl: 'https://keycloak.idp.svc/realms/ours/.well-known/openid-configuration',
  };
  expect(await variables({ auth })).toEqual({
    ENABLE_AUTH: 'true',
    OIDC_ISSUER_URL: auth.issuer,
    OIDC_CLIENT_ID: auth.clientId,
    OIDC_AUDIENCE: auth.audience,
    OIDC_DISCOVERY_URL: auth.discoveryUrl,
  });
});

chartTest('config is passed through as text, large numbers and truths too', async () => {
  const config = { SERVER_MAX_CONCURRENT_REQUESTS: 1000000, ENABLE_AUTH: false, ALLOWED_MODELS: 'a/*,b/*', X: '' };
  expect(await variables({ config })).toEqual({
    SERVER_MAX_CONCURRENT_REQUESTS: '1000000',
    ENABLE_AUTH: 'false',
    ALLOWED_MODELS: 'a/*,b/*',
    X: '',
  });
});

chartTest('two ways to say the same are one answer when they agree, and refused when they do not', async () => {
  const auth = { issuer: 'https://login.example.com' };
  expect(await variables({ auth, config: { OIDC_ISSUER_URL: auth.issuer } })).toMatchObject({
    OIDC_ISSUER_URL: auth.issuer,
  });
  expect(await refusal({ auth, config: { OIDC_ISSUER_URL: 'https://other.example.com' } })).toContain(
    "config.OIDC_ISSUER_URL (https://other.example.com) and the chart's own value for it (https://login.example.com) differ",
  );
});

chartTest.for(['OPENAI_API_KEY', 'OIDC_CLIENT_SECRET'])('%s is refused in config, with its place', async (name) => {
  expect(await refusal({ config: { [name]: 'x' } })).toContain(`config.${name} is a secret`);
});

chartTest('every change of the configuration rolls the pods, and nothing else does', async () => {
  const before = await checksum({ config: { LOG_LEVEL: 'info' } });
  expect(await checksum({ config: { LOG_LEVEL: 'debug' } })).not.toBe(before);
  expect(await checksum({ config: { LOG_LEVEL: 'info' }, providers: { vllm: { url: 'http://v/v1' } } })).not.toBe(
    before,
  );
  expect(await checksum({ config: { LOG_LEVEL: 'info' }, replicaCount: 4, service: { port: 80 } })).toBe(before);
});

chartTest.for([
  [{}, 615, undefined],
  [{ shutdownGracePeriod: '90s' }, 105, '90s'],
  [{ shutdownGracePeriod: '1h' }, 3615, '1h'],
  [{ shutdownGracePeriod: '1500ms' }, 17, '1500ms'],
  [{ shutdownGracePeriod: 0 }, 15, '0'],
  [{ config: { SHUTDOWN_GRACE_PERIOD: '30s' } }, 45, '30s'],
] as const)('%j gives a pod %i seconds to end', async ([values, seconds, variable]) => {
  const manifests = await render(values);
  expect(podOf(manifests).pod.terminationGracePeriodSeconds).toBe(seconds);
  if (variable) expect(theOne(manifests, 'ConfigMap').data).toEqual({ SHUTDOWN_GRACE_PERIOD: variable });
});

chartTest('what has no unit is refused', async () => {
  expect(await refusal({ config: { SHUTDOWN_GRACE_PERIOD: '30' } })).toContain('"30" is no duration such as 30s');
  expect(await refusal({ shutdownGracePeriod: '30' })).toContain('/shutdownGracePeriod');
});

chartTest('a policy is refused with what to do instead', async () => {
  expect(await refusal({ policy: { rules: [] } })).toContain('limit models by config.ALLOWED_MODELS');
});
