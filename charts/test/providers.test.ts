import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROVIDER_ROWS } from '../../gateway/config/providers.ts';
import { parseGatewayConfig } from '../../gateway/config.ts';
import { CHART, chartTest, podOf, render, theOne, type Values } from '../testing/helm.ts';

/** What the gateway makes of the variables and files that the chart gives it. */
async function providersOf(values: Values, secrets: Record<string, string> = {}) {
  const manifests = await render({ auth: { enabled: false }, ...values });
  const file = manifests.find(({ metadata }) => metadata.name === 'inference-gateway-files')?.data?.['providers.yaml'];
  const environment = { ...theOne(manifests, 'ConfigMap', 'inference-gateway').data, ...secrets };
  return parseGatewayConfig(environment, () => file ?? '').config.providers;
}

test('the chart knows the providers that the gateway knows by itself', () => {
  const helpers = readFileSync(`${CHART}/templates/_variables.tpl`, 'utf8');
  const [, list = ''] = /"inference-gateway\.builtInProviders" -}}\n(.*)\n/.exec(helpers) ?? [];
  expect(list.split(' ')).toEqual(PROVIDER_ROWS.map(({ id }) => id));
});

chartTest('the address of a provider that the gateway knows is a variable', async () => {
  const providers = { ollama_cloud: { url: 'https://ollama.example.com/v1', existingSecret: 'keys' } };
  const found = await providersOf({ providers }, { OLLAMA_CLOUD_API_KEY: 'key' });
  expect(found).toMatchObject([{ id: 'ollama_cloud', url: 'https://ollama.example.com/v1', apiKey: 'key' }]);
});

chartTest('a server that it does not know is a row of its file, mounted where the variable says', async () => {
  const row = { url: 'http://vllm.models.svc:8000/v1', key: { header: 'x-api-key' }, headers: { 'x-team': 'ai' } };
  const providers = { 'my-vllm': { ...row, existingSecret: 'keys' } };
  expect(await providersOf({ providers }, { MY_VLLM_API_KEY: 'key' })).toMatchObject([{ id: 'my-vllm', ...row }]);
  const manifests = await render({ providers });
  const { container, pod } = podOf(manifests);
  expect(theOne(manifests, 'ConfigMap', 'inference-gateway').data).toEqual({
    PROVIDERS_FILE: '/etc/inference-gateway/providers.yaml',
  });
  expect(container.volumeMounts).toEqual([{ name: 'files', mountPath: '/etc/inference-gateway', readOnly: true }]);
  expect(pod.volumes).toEqual([{ name: 'files', configMap: { name: 'inference-gateway-files' } }]);
  expect(container.env[0]).toMatchObject({ name: 'MY_VLLM_API_KEY' });
});

chartTest('a row with the id of a known provider takes its place', async () => {
  const providers = { openai: { url: 'http://proxy.internal/v1', key: 'none' } };
  expect(await providersOf({ providers })).toMatchObject([{ id: 'openai', url: 'http://proxy.internal/v1' }]);
});

chartTest('a provider named without anything is on as soon as its key is there', async () => {
  const found = await providersOf({ providers: { groq: null, openai: {} } }, { OPENAI_API_KEY: 'key' });
  expect(found.map(({ id }) => id)).toEqual(['openai']);
});
