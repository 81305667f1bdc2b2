import { expect } from 'vitest';
import {
  GATEWAY,
  GATEWAY_NAMESPACE,
  IDENTITY_NAMESPACE,
  KEYCLOAK,
  PORTS,
  POSTGRES,
  serviceHost,
} from '../../infra/names.ts';
import { applyObjects } from '../../infra/testing/kubectl.ts';
import { clusterTest } from './testing/cluster-test.ts';
import {
  addressOf,
  connectFrom,
  connectFromShell,
  deletePod,
  nodeIn,
  type Place,
  PROBE_PORT,
  placeOf,
  startProbe,
  withNamespace,
} from './testing/probe.ts';

const NOT_ENFORCED = 'the network of this cluster lets everything through, whatever a NetworkPolicy says';

/** Whether the cluster looks at policies at all: one closes a pod to its neighbour, who could reach it before. */
async function enforced(neighbour: Place, closed: Place): Promise<boolean> {
  const { namespace } = closed;
  const address = await addressOf(closed);
  expect(await connectFrom(neighbour, address, PROBE_PORT)).toBe('open');
  await applyObjects({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'closed', namespace },
    spec: { podSelector: { matchLabels: { closed: 'yes' } }, policyTypes: ['Ingress'] },
  });
  const end = Date.now() + 20_000;
  while ((await connectFrom(neighbour, address, PROBE_PORT)) === 'open') if (Date.now() > end) return false;
  return true;
}

/** Addresses of our pods, and the ports that only some may reach. */
async function closedPorts(): Promise<[name: string, host: string, port: number][]> {
  const [postgres = '', keycloak = '', gateway = ''] = await Promise.all([
    placeOf(IDENTITY_NAMESPACE, POSTGRES).then(addressOf),
    placeOf(IDENTITY_NAMESPACE, KEYCLOAK).then(addressOf),
    placeOf(GATEWAY_NAMESPACE, GATEWAY).then(addressOf),
  ]);
  return [
    ['PostgreSQL', postgres, PORTS.postgres],
    ['Keycloak, TLS', keycloak, PORTS.keycloakHttps],
    ['Keycloak, plain', keycloak, PORTS.keycloakHttp],
    ['Keycloak, management', keycloak, PORTS.keycloakManagement],
    ["Keycloak's Service", serviceHost(KEYCLOAK, IDENTITY_NAMESPACE), PORTS.https],
    ["the gateway's metrics", gateway, PORTS.metrics],
  ];
}

/** Which of the ports a pod can open. */
async function openTo(place: Place, ports: Awaited<ReturnType<typeof closedPorts>>): Promise<string[]> {
  const found = await Promise.all(ports.map(([, host, port]) => connectFrom(place, host, port)));
  return ports.flatMap(([name], index) => (found[index] === 'open' ? [name] : []));
}

/** Others in the cluster reach the gateway, and nothing else. */
async function expectGatewayOnly(outsider: Place): Promise<void> {
  const url = `http://${serviceHost(GATEWAY, GATEWAY_NAMESPACE)}/v1/models`;
  expect(await nodeIn(outsider, `fetch('${url}').then(({ status }) => console.log(status))`)).toBe('401\n');
  expect(await openTo(outsider, await closedPorts())).toEqual([]);
}

/** A pod beside the gateway is not the gateway. */
async function expectNothingBeside(): Promise<void> {
  const beside = await startProbe(GATEWAY_NAMESPACE, 'beside-the-gateway');
  try {
    expect(await openTo(beside, await closedPorts())).toEqual([]);
  } finally {
    await deletePod(beside);
  }
}

/**
 * Keycloak and the gateway reach what they need, and no stranger. The stranger is a pod: pods are what every network that
 * enforces policies keeps apart; nodes, and with them the API server, are not.
 */
async function expectNeedsOnly(outsider: Place, neighbour: Place): Promise<void> {
  const stranger = await addressOf(outsider);
  expect(await connectFrom(neighbour, stranger, PROBE_PORT)).toBe('open');
  const keycloak = await placeOf(IDENTITY_NAMESPACE, KEYCLOAK);
  expect(await connectFromShell(keycloak, serviceHost(POSTGRES, IDENTITY_NAMESPACE), PORTS.postgres)).toBe('open');
  expect(await connectFromShell(keycloak, stranger, PROBE_PORT)).not.toBe('open');
  const gateway = await placeOf(GATEWAY_NAMESPACE, GATEWAY);
  expect(await connectFrom(gateway, serviceHost(KEYCLOAK, IDENTITY_NAMESPACE), PORTS.https)).toBe('open');
  expect(await connectFrom(gateway, 'demo-model.demo-model.svc', 8000)).toBe('open');
  expect(await connectFrom(gateway, stranger, PROBE_PORT)).not.toBe('open');
}

clusterTest('pods reach only those that they have to', async ({ installation: _, skip }) => {
  await withNamespace('policies', async (namespace) => {
    const outsider = await startProbe(namespace, 'outsider');
    const closed = await startProbe(namespace, 'closed', { closed: 'yes' });
    if (!(await enforced(outsider, closed))) {
      if (process.env['REQUIRE_TOOLS'] === '1') throw new Error(NOT_ENFORCED);
      skip(NOT_ENFORCED);
    }
    await expectGatewayOnly(outsider);
    await expectNothingBeside();
    await expectNeedsOnly(outsider, closed);
  });
});
