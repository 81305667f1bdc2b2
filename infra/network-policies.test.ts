import { expect, test } from 'vitest';
import { COMBINATIONS } from './testing/combinations.ts';
import { deploymentOf, manifest } from './testing/deployments.ts';

const policy = (config: ReturnType<typeof deploymentOf>, name: string) => manifest(config, 'NetworkPolicy', name).spec;

test('every policy names both directions, so that one without rules is closed', () => {
  for (const [name, , manifests] of COMBINATIONS) {
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
    // What an operator's pods reach is the operator's to say.
    const ours = policies.filter(({ spec }) => !spec.podSelector.matchLabels['cnpg.io/cluster']);
    for (const { spec } of ours) expect(spec.policyTypes, name).toEqual(['Ingress', 'Egress']);
  }
});

test("an operator's database is reached by Keycloak, its own replicas and the operator", () => {
  const { podSelector, ingress } = policy(deploymentOf({ database: { mode: 'cloudnative-pg' } }), 'postgres');
  expect(podSelector).toEqual({ matchLabels: { 'cnpg.io/cluster': 'postgres' } });
  expect(ingress).toMatchObject([
    { from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'keycloak' } } }], ports: [{ port: 5432 }] },
    { from: [{ podSelector }, { namespaceSelector: {} }], ports: [{ port: 5432 }, { port: 8000 }] },
  ]);
});

test('the database is reached by Keycloak only, and reaches nothing', () => {
  expect(policy(deploymentOf(), 'postgres')).toMatchObject({
    ingress: [
      { from: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'keycloak' } } }], ports: [{ port: 5432 }] },
    ],
  });
  expect(policy(deploymentOf(), 'postgres')).not.toHaveProperty('egress');
});

test("Keycloak's TLS port is for the gateway and the chart's test, its plain port for controllers, and its management port for nobody", () => {
  const { ingress } = policy(deploymentOf({ controllerNamespaces: ['gateways'] }), 'keycloak');
  expect(ingress).toHaveLength(2);
  expect(ingress[0]).toMatchObject({
    ports: [{ port: 8443 }],
    from: [
      { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'inference-gateway' } } },
      { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'test' } } },
    ],
  });
  expect(ingress[1].from[0].namespaceSelector.matchExpressions[0].values).toEqual(['gateways']);
});

test('replicas of Keycloak speak to each other, and only they', () => {
  const config = deploymentOf({ database: { mode: 'cloudnative-pg' }, keycloak: { replicas: 3, cache: 'jdbc-ping' } });
  const { ingress, egress } = policy(config, 'keycloak');
  const cluster = { ports: [{ port: 7800 }, { port: 57800 }] };
  const peers = [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'keycloak' } } }];
  expect(ingress[2]).toMatchObject({ ...cluster, from: peers });
  expect(egress[2]).toMatchObject({ ...cluster, to: peers });
});

test('the gateway reaches the namespaces and ports of its providers, never link-local addresses', () => {
  const config = deploymentOf({
    gateway: { providers: { openai: {}, vllm: { url: 'http://vllm.models.svc:8000/v1', key: 'none' } } },
  });
  const { egress } = policy(config, 'inference-gateway');
  expect(egress).toHaveLength(4);
  expect(egress[2].to[0].namespaceSelector.matchExpressions[0].values).toEqual(['models']);
  expect(egress[3]).toMatchObject({
    to: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } }, {}],
    ports: [{ port: 443 }],
  });
});

test('an address of IPv6 is outside the cluster', () => {
  const config = deploymentOf({
    gateway: { providers: { vllm: { url: 'http://[2001:db8::1]:8000/v1', key: 'none' } } },
  });
  expect(policy(config, 'inference-gateway').egress[2].to[0]).toHaveProperty('ipBlock');
});

test('without providers outside the cluster the gateway reaches no address outside it', () => {
  const { egress } = policy(deploymentOf(), 'inference-gateway');
  expect(JSON.stringify(egress)).not.toContain('ipBlock');
});

test('metrics are for the named namespaces', () => {
  const { ingress } = policy(deploymentOf({ gateway: { metricsFrom: [] } }), 'inference-gateway');
  expect(ingress).toHaveLength(1);
  expect(ingress[0].ports).toMatchObject([{ port: 8080 }]);
});
