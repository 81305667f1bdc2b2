import { expect, test } from 'vitest';
import { COMBINATIONS } from './testing/combinations.ts';
import type { Manifest } from './testing/deployments.ts';

/** Every pod template of every combination of modes, with the name of its workload. */
function* pods(): Generator<[string, Manifest['spec']]> {
  for (const [combination, , manifests] of COMBINATIONS) {
    for (const { kind, metadata, spec } of manifests) {
      if (spec?.template?.spec) yield [`${combination}: ${kind} ${metadata.name}`, spec.template.spec];
    }
  }
}

const containersOf = (pod: Manifest['spec']) => [...(pod.initContainers ?? []), ...pod.containers];

test('every pod is what Pod Security restricted asks for, with a read-only root', () => {
  for (const [name, pod] of pods()) {
    expect(pod.securityContext, name).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.securityContext.runAsUser, name).toBeGreaterThan(0);
    for (const container of containersOf(pod)) {
      expect(container.securityContext, name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  }
});

test('no pod has a service-account token, or variables injected from Services', () => {
  for (const [name, pod] of pods()) {
    expect(pod, name).toMatchObject({ automountServiceAccountToken: false, enableServiceLinks: false });
  }
});

test('every container has requests and limits, and an image with a fixed tag', () => {
  for (const [name, pod] of pods()) {
    for (const { resources, image } of containersOf(pod)) {
      for (const kind of ['requests', 'limits']) {
        expect(resources[kind], name).toEqual({ cpu: expect.any(String), memory: expect.any(String) });
      }
      expect(image, name).toMatch(/:[\w.-]+$/);
      expect(image, name).not.toMatch(/:latest$/);
    }
  }
});

test('every container that serves has probes, and every mounted volume is there', () => {
  for (const [name, pod] of pods()) {
    for (const container of pod.containers) {
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
        expect(container, name).toHaveProperty(probe);
    }
    const volumes = new Set(pod.volumes.map((volume: { name: string }) => volume.name));
    if (name.endsWith('postgres')) volumes.add('data');
    for (const { volumeMounts } of containersOf(pod)) {
      for (const mount of volumeMounts) expect(volumes, name).toContain(mount.name);
    }
  }
});

test('what the deployment says of the gateway is not overridden by a key of its Secret', () => {
  for (const [name, pod] of pods()) {
    for (const { envFrom = [] } of pod.containers) {
      const kinds = envFrom.map((source: object) => Object.keys(source)[0]);
      if (kinds.length > 0) expect(kinds, name).toEqual(['secretRef', 'configMapRef']);
    }
  }
});

test('every Deployment rolls: the API server takes no change from a rolling one to Recreate', () => {
  for (const [name, , manifests] of COMBINATIONS) {
    for (const { kind, spec } of manifests.filter((manifest) => manifest.kind === 'Deployment')) {
      expect(spec.strategy.type, `${name}: ${kind}`).toBe('RollingUpdate');
    }
  }
});
