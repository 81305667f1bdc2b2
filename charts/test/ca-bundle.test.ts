import { expect } from 'vitest';
import { chartTest, podOf, refusal, render, theOne } from '../testing/helm.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const FILE = '/usr/local/share/ca-certificates/keycloak-ca.crt';

chartTest("a user's ConfigMap is mounted as a folder, so that its changes reach the pod", async () => {
  const manifests = await render({ caBundle: { existingConfigMap: 'keycloak-ca', key: 'authority.pem' } });
  const { container, pod } = podOf(manifests);
  expect(pod.volumes).toEqual([
    {
      name: 'authority',
      configMap: { name: 'keycloak-ca', items: [{ key: 'authority.pem', path: 'keycloak-ca.crt' }] },
    },
  ]);
  expect(container.volumeMounts).toEqual([
    { name: 'authority', mountPath: '/usr/local/share/ca-certificates', readOnly: true },
  ]);
  expect(theOne(manifests, 'ConfigMap').data).toEqual({ SSL_CERT_FILE: FILE });
});

chartTest('PEM text becomes a ConfigMap, whose change rolls nothing: it is read again', async () => {
  const manifests = await render({ caBundle: { pem: PEM } });
  expect(theOne(manifests, 'ConfigMap', 'inference-gateway-ca').data).toEqual({ 'ca.crt': PEM });
  expect(podOf(manifests).pod.volumes[0].configMap.name).toBe('inference-gateway-ca');
  const other = await render({ caBundle: { pem: PEM.replace('MIIB', 'MIIC') } });
  expect(podOf(other)).toEqual(podOf(manifests));
});

chartTest('volumes of the user come beside it', async () => {
  const volumes = [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }];
  const volumeMounts = [{ name: 'cache', mountPath: '/cache' }];
  const { container, pod } = podOf(await render({ caBundle: { pem: PEM }, volumes, volumeMounts }));
  expect(pod.volumes).toHaveLength(2);
  expect(pod.volumes[1]).toEqual(volumes[0]);
  expect(container.volumeMounts[1]).toEqual(volumeMounts[0]);
});

chartTest('two ways to name authorities at once are refused', async () => {
  expect(await refusal({ caBundle: { pem: PEM, existingConfigMap: 'a' } })).toContain('keep one');
  const extraEnv = [{ name: 'SSL_CERT_FILE', value: '/ca' }];
  expect(await refusal({ caBundle: { existingConfigMap: 'a' }, extraEnv })).toContain('SSL_CERT_FILE in extraEnv');
});
