import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CHART, chartTest, podOf, render, theOne } from '../testing/helm.ts';
import { PAGE_FLAGS } from '../testing/page.ts';

chartTest('the flags of the documentation page give the environment and the authority that they name', async () => {
  const { container, pod } = podOf(await render({}, ...PAGE_FLAGS));
  expect(container.envFrom).toEqual([
    { secretRef: { name: 'inference-gateway' } },
    { configMapRef: { name: 'inference-gateway' } },
  ]);
  const file = '/usr/local/share/ca-certificates/keycloak-ca.crt';
  expect(container.env).toEqual([{ name: 'SSL_CERT_FILE', value: file }]);
  expect(container.volumeMounts).toEqual([{ name: 'keycloak-ca', mountPath: file, subPath: 'ca.crt', readOnly: true }]);
  expect(pod.volumes).toEqual([{ name: 'keycloak-ca', configMap: { name: 'keycloak-ca' } }]);
});

chartTest('the pod has the labels that Keycloak lets in', async () => {
  expect(podOf(await render({}, ...PAGE_FLAGS)).metadata.labels).toMatchObject({
    'app.kubernetes.io/name': 'inference-gateway',
    'app.kubernetes.io/instance': 'inference-gateway',
  });
});

chartTest('text that the command line takes for a number or a truth reaches the pod as text', async () => {
  const set = ['--set', 'extraEnv[0].name=A', '--set', 'extraEnv[0].value=true', '--set', 'config.SERVER_PORT=9000'];
  const manifests = await render({}, ...set);
  expect(podOf(manifests).container.env).toEqual([{ name: 'A', value: 'true' }]);
  expect(theOne(manifests, 'ConfigMap').data).toEqual({ SERVER_PORT: '9000' });
  expect(podOf(manifests).container.ports[0]).toEqual({ name: 'http', containerPort: 9000 });
});

const files = readdirSync(`${CHART}/templates`, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(tpl|yaml|txt)$/.test(file),
);

test.each(files)('%s is short, and asks the cluster nothing while it renders', (file) => {
  const text = readFileSync(`${CHART}/templates/${file}`, 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  expect(text).not.toMatch(/\blookup\b|\bnow\b|\brand[A-Z]\w*\b|\bgenCA\b/);
});
