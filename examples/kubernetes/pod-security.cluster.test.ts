import type { V1Pod } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { GATEWAY, GATEWAY_NAMESPACE, IDENTITY_NAMESPACE, IMAGES, KEYCLOAK, POSTGRES } from '../../infra/names.ts';
import { list, tryKubectl } from '../../infra/testing/kubectl.ts';
import { clusterTest } from './testing/cluster-test.ts';
import { execIn, nodeIn, placeOf, RESTRICTED } from './testing/probe.ts';

const NAMESPACES = [IDENTITY_NAMESPACE, GATEWAY_NAMESPACE];

const podWith = (securityContext: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod-security-test' },
  spec: { containers: [{ name: 'one', image: IMAGES.gateway, securityContext }] },
});

/** What the API server would say of a pod. */
const dryRun = (namespace: string, pod: object) =>
  tryKubectl(['create', '--namespace', namespace, '--dry-run=server', '--filename', '-'], JSON.stringify(pod));

clusterTest('privileged pods are refused, and so are those that run as root', async ({ installation: _ }) => {
  for (const namespace of NAMESPACES) {
    expect((await dryRun(namespace, podWith(RESTRICTED))).code).toBe(0);
    for (const more of [{ privileged: true }, { runAsUser: 0 }, { capabilities: { add: ['NET_ADMIN'] } }]) {
      const { code, stderr } = await dryRun(
        namespace,
        podWith({ ...RESTRICTED, allowPrivilegeEscalation: true, ...more }),
      );
      expect(code).not.toBe(0);
      expect(stderr).toContain('violates PodSecurity "restricted');
    }
  }
});

clusterTest('every container runs without root, and with a root that it cannot write', async ({ installation: _ }) => {
  const pods = (
    await Promise.all(NAMESPACES.map((namespace) => list<V1Pod>(['pods', '--namespace', namespace])))
  ).flat();
  expect(pods.length).toBeGreaterThanOrEqual(3);
  for (const { spec } of pods) {
    expect(spec?.automountServiceAccountToken).toBe(false);
    expect(spec?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    for (const { securityContext, resources, image } of [
      ...(spec?.initContainers ?? []),
      ...(spec?.containers ?? []),
    ]) {
      expect(securityContext).toMatchObject({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(Object.keys({ ...resources?.requests, ...resources?.limits }).sort()).toEqual(['cpu', 'memory']);
      expect(image).toMatch(/:\d[\w.-]*$|@sha256:/);
    }
  }
});

clusterTest('Keycloak and PostgreSQL write to their volumes, and to nothing else', async ({ installation: _ }) => {
  const cases = [
    [KEYCLOAK, ['/opt/keycloak/x', '/opt/keycloak/providers/x', '/etc/x'], '/opt/keycloak/data/x'],
    [POSTGRES, ['/usr/x', '/etc/x', '/home/x'], '/var/lib/postgresql/x'],
  ] as const;
  for (const [name, closed, open] of cases) {
    const place = await placeOf(IDENTITY_NAMESPACE, name);
    for (const path of closed) {
      const { code, stderr } = await execIn(place, 'touch', path);
      expect(code).not.toBe(0);
      expect(stderr).toContain('Read-only file system');
    }
    expect((await execIn(place, 'touch', open)).code).toBe(0);
    expect((await execIn(place, 'rm', open)).code).toBe(0);
    expect((await execIn(place, 'id', '-u')).stdout).not.toBe('0\n');
    expect((await execIn(place, 'ls', '/var/run/secrets/kubernetes.io')).code).not.toBe(0);
  }
});

clusterTest('the gateway writes nothing, and has no shell and no token of the cluster', async ({ installation: _ }) => {
  const place = await placeOf(GATEWAY_NAMESPACE, GATEWAY);
  const write = (path: string) =>
    `try { fs.writeFileSync('${path}', ''); console.log('written') } catch ({ code }) { console.log(code) }`;
  for (const path of ['/x', '/app/x', '/etc/x']) expect(await nodeIn(place, write(path))).toBe('EROFS\n');
  expect(await nodeIn(place, 'console.log(process.getuid(), fs.existsSync("/var/run/secrets/kubernetes.io"))')).toBe(
    '65532 false\n',
  );
  expect((await execIn(place, 'sh', '-c', 'true')).code).not.toBe(0);
});
