import { expect } from 'vitest';
import { chartTest, namesOf, podOf, refusal, render, theOne } from '../testing/helm.ts';

const REFS = { envFrom: { configMapRef: 'inference-gateway', secretRef: 'inference-gateway' } };

chartTest("a user's ConfigMap and Secret are read and never rendered", async () => {
  const manifests = await render(REFS);
  expect([...namesOf(manifests, 'ConfigMap'), ...namesOf(manifests, 'Secret')]).toEqual([]);
});

chartTest('what the values add goes into a ConfigMap of another name, which counts more', async () => {
  const manifests = await render({ ...REFS, config: { LOG_LEVEL: 'debug' } });
  expect(theOne(manifests, 'ConfigMap')).toMatchObject({
    metadata: { name: 'inference-gateway-values' },
    data: { LOG_LEVEL: 'debug' },
  });
  expect(podOf(manifests).container.envFrom).toEqual([
    { secretRef: { name: 'inference-gateway' } },
    { configMapRef: { name: 'inference-gateway' } },
    { configMapRef: { name: 'inference-gateway-values' } },
  ]);
});

chartTest('without a ConfigMap of the user the one of the chart has the name that it always has', async () => {
  const manifests = await render({ envFrom: { secretRef: 'mine' }, config: { LOG_LEVEL: 'debug' } });
  expect(namesOf(manifests, 'ConfigMap')).toEqual(['inference-gateway']);
  expect(podOf(manifests).container.envFrom).toEqual([
    { secretRef: { name: 'mine' } },
    { configMapRef: { name: 'inference-gateway' } },
  ]);
});

chartTest("a user's ConfigMap of the name that the chart's own has is refused", async () => {
  expect(await refusal({ envFrom: { configMapRef: 'inference-gateway-values' } })).toContain('call yours differently');
});

chartTest('no Secret is ever made of values', async () => {
  const manifests = await render({
    ...REFS,
    auth: { issuer: 'https://login.example.com', existingSecret: 'client' },
    providers: { openai: { existingSecret: 'keys', existingSecretKey: 'openai' }, groq: { existingSecret: 'keys' } },
    tests: { existingSecret: 'client' },
  });
  expect(namesOf(manifests, 'Secret')).toEqual([]);
  const from = (name: string, secret: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  expect(podOf(manifests).container.env).toEqual([
    from('OIDC_CLIENT_ID', 'client', 'OIDC_CLIENT_ID'),
    from('OIDC_CLIENT_SECRET', 'client', 'OIDC_CLIENT_SECRET'),
    from('GROQ_API_KEY', 'keys', 'GROQ_API_KEY'),
    from('OPENAI_API_KEY', 'keys', 'openai'),
  ]);
});

chartTest("the test's pod gets the ConfigMaps of the gateway, and none of its Secrets", async () => {
  const extraEnv = [
    { name: 'SSL_CERT_FILE', value: '/ca' },
    { name: 'GROQ_API_KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'groq' } } },
  ];
  const { spec } = theOne(await render({ ...REFS, extraEnv }), 'Pod');
  expect(spec.containers[0].envFrom).toEqual([{ configMapRef: { name: 'inference-gateway' } }]);
  expect(spec.containers[0].env.map(({ name }: { name: string }) => name)).toEqual(['TEST_URL', 'SSL_CERT_FILE']);
});
