import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CHART, chartTest, refusal, render } from '../testing/helm.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false | Schema;
  readonly $ref?: string;
  readonly [key: string]: unknown;
}

const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8')) as Schema & {
  $defs: Record<string, Schema>;
};
const values = parse(readFileSync(`${CHART}/values.yaml`, 'utf8')) as Record<string, unknown>;

/** Every part of the schema that has properties, with its place. */
function parts(part: unknown, place: string): [string, Schema][] {
  if (typeof part !== 'object' || part === null) return [];
  const below = Object.entries(part).flatMap(([key, value]) => parts(value, `${place}/${key}`));
  return 'properties' in part && !place.endsWith('/properties') ? [[place, part as Schema], ...below] : below;
}

test('every part that names properties is closed to others', () => {
  const open = parts(schema, '').filter(([, part]) => part.additionalProperties !== false);
  expect(open.map(([place]) => place)).toEqual([]);
});

test('the schema knows the values of values.yaml, and no others', () => {
  const { global: _, ...own } = schema.properties ?? {};
  expect(Object.keys(own).sort()).toEqual(Object.keys(values).sort());
  for (const [name, part] of Object.entries(own)) {
    const value = values[name];
    const described = part.properties && !/[cC]ontext$|^affinity$|^resources$/.test(name);
    if (described) expect(Object.keys(part.properties ?? {}).sort(), name).toEqual(Object.keys(value as object).sort());
  }
});

chartTest.for([
  [{ replicaCounts: 2 }, "additional properties 'replicaCounts' not allowed"],
  [{ envFrom: { configmapRef: 'a' } }, "at '/envFrom': additional properties 'configmapRef' not allowed"],
  [{ auth: { isuer: 'a' } }, "at '/auth': additional properties 'isuer' not allowed"],
  [{ image: { tags: 'a' } }, "at '/image': additional properties 'tags' not allowed"],
  [{ ingress: { tls: [{ host: 'a' }] } }, "at '/ingress/tls/0': additional properties 'host' not allowed"],
  [{ ingress: { tls: { enable: true } } }, "at '/ingress/tls': additional properties 'enable' not allowed"],
  [{ ingress: { hosts: [{ host: 'a', path: '/' }] } }, "additional properties 'path' not allowed"],
  [{ providers: { openai: { uri: 'a' } } }, "at '/providers/openai': additional properties 'uri' not allowed"],
  [{ livenessProbe: { periodSecond: 1 } }, "at '/livenessProbe': additional properties 'periodSecond' not allowed"],
  [{ securityContext: { runAsNonRot: true } }, "additional properties 'runAsNonRot' not allowed"],
  [{ monitoring: { namespaceSelector: { names: [] } } }, "additional properties 'names' not allowed"],
  [{ extraEnv: [{ name: 'A', values: '1' }] }, "additional properties 'values' not allowed"],
  [{ volumeMounts: [{ name: 'a', path: '/a' }] }, "additional properties 'path' not allowed"],
  [{ tolerations: [{ keys: 'a' }] }, "additional properties 'keys' not allowed"],
  [{ config: { log_level: 'debug' } }, "invalid propertyName 'log_level'"],
  [{ replicaCount: -1 }, "at '/replicaCount': minimum: got -1, want 0"],
  [{ replicaCount: '2' }, "at '/replicaCount': got string, want integer"],
  [{ image: { pullPolicy: 'always' } }, "at '/image/pullPolicy': value must be one of 'Always'"],
  [{ image: { digest: 'sha256:abc' } }, "at '/image/digest': 'sha256:abc' does not match pattern"],
  [{ caBundle: { pem: 'nonsense' } }, "at '/caBundle/pem': 'nonsense' does not match pattern"],
  [{ service: { port: 0 } }, "at '/service/port': minimum: got 0, want 1"],
] as const)('%j is refused, and the place named', async ([wrong, message]) => {
  expect(await refusal(wrong)).toContain(message);
});

chartTest("a parent chart's global values are no typing error", async () => {
  expect(await render({ global: { imageRegistry: 'registry.example.com' } })).not.toEqual([]);
});

chartTest("the values of the original chart's file are taken", async () => {
  const original = {
    monitoring: { enabled: false, metricsPort: 9464, namespaceSelector: { matchNames: ['monitoring'] } },
    envFrom: { configMapRef: null, secretRef: null },
    serviceAccount: { create: true, automount: true, annotations: {}, name: '' },
    podSecurityContext: {},
    service: { type: 'ClusterIP', port: 8080 },
    ingress: {
      className: 'nginx',
      annotations: { 'cert-manager.io/cluster-issuer': 'selfsigned-issuer' },
      hosts: [{ host: 'a.example.com', paths: [{ path: '/', pathType: 'ImplementationSpecific' }] }],
      tls: { enabled: false, hosts: ['a.example.com'], secretName: 'a-tls' },
    },
    readinessProbe: { httpGet: { path: '/health', port: 'http' } },
    autoscaling: { targetMemoryUtilizationPercentage: 80 },
    config: { ENVIRONMENT: 'production', SERVER_READ_TIMEOUT: '30s', SERVER_TLS_CERT_PATH: '' },
  };
  expect(await render(original)).toHaveLength(6);
});
