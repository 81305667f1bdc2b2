import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { connect as connectTls, rootCertificates } from 'node:tls';
import type { V1Ingress, V1Secret } from '@kubernetes/client-node';
import { Agent } from 'undici';
import type { PublicHost } from '../constructs/exposure.ts';
import type { DeploymentConfig } from '../deployment.ts';
import {
  AUTHORITY_KEY,
  GATEWAY,
  GATEWAY_NAMESPACE,
  IDENTITY_NAMESPACE,
  KEYCLOAK,
  PORTS,
  selectorOf,
  serviceHost,
} from '../names.ts';
import type { Cluster } from './connect.ts';
import { read } from './objects.ts';
import { forwardTo } from './port-forward.ts';

/** A way to a public host that was tried and works, whatever /etc/hosts says. */
export interface Way {
  /** For undici: connects to where the host really is, and verifies its certificate. */
  readonly dispatcher: Agent;
  /** The base of URLs, without a slash at its end. */
  readonly origin: string;
  /** `10.0.0.1:443`, or `port-forward`. */
  readonly through: string;
  readonly close: () => Promise<void>;
}

const HANDSHAKE_MS = 3_000;

/**
 * The way to a host through its Ingress or Gateway: at the address that its status tells, else at what its name resolves
 * to, else at this machine, where kind and k3d put their ports. Undefined when none of them shows the host's certificate.
 */
export async function publicWay(
  cluster: Cluster,
  config: DeploymentConfig,
  target: PublicHost,
): Promise<Way | undefined> {
  if (config.exposure.mode === 'none') return undefined;
  const ca = [...rootCertificates, ...(await ownAuthorities(cluster, config, target))];
  const told = await addressesOf(cluster, config, target);
  const resolved = await lookup(target.host).then(
    ({ address }) => [address],
    () => [],
  );
  for (const host of new Set([...told, ...resolved, '127.0.0.1'])) {
    if (!(await showsCertificate(host, target.host, ca))) continue;
    const dispatcher = new Agent({
      connect: { ca, servername: target.host, rejectUnauthorized: true, lookup: lookupAs(host) },
    });
    return {
      dispatcher,
      origin: `https://${target.host}`,
      through: `${host}:${PORTS.https}`,
      close: () => dispatcher.close(),
    };
  }
  return undefined;
}

/** The way to a host by a forwarded port: Keycloak's own TLS, or the gateway's plain port inside the tunnel. */
export async function forwardedWay(cluster: Cluster, config: DeploymentConfig, target: PublicHost): Promise<Way> {
  const isKeycloak = target.name === KEYCLOAK;
  const forward = await forwardTo(cluster, {
    namespace: isKeycloak ? IDENTITY_NAMESPACE : GATEWAY_NAMESPACE,
    labels: selectorOf(isKeycloak ? KEYCLOAK : GATEWAY),
    port: isKeycloak ? PORTS.keycloakHttps : PORTS.gateway,
  });
  const ca = [...rootCertificates, ...(await ownAuthorities(cluster, config, target))];
  const servername = serviceHost(target.name, target.namespace);
  const dispatcher = new Agent({
    connect: { ca, servername, rejectUnauthorized: true, lookup: lookupAs('127.0.0.1') },
  });
  return {
    dispatcher,
    origin: `${isKeycloak ? 'https' : 'http'}://${servername}:${forward.port}`,
    through: 'port-forward',
    close: async () => {
      await dispatcher.destroy();
      await forward.close();
    },
  };
}

/** The public way if there is one, else a forwarded port. */
export const anyWay = async (cluster: Cluster, config: DeploymentConfig, target: PublicHost): Promise<Way> =>
  (await publicWay(cluster, config, target)) ?? forwardedWay(cluster, config, target);

/** The authorities in the Secrets of a host's certificate, as PEM; empty when it is a public one. */
export async function ownAuthorities(
  cluster: Cluster,
  config: DeploymentConfig,
  target: PublicHost,
): Promise<string[]> {
  const places = [
    { name: target.certificate, namespace: target.namespace },
    { name: config.certificateNames.keycloak, namespace: IDENTITY_NAMESPACE },
  ];
  const secrets = await Promise.all(
    places.map((metadata) => read<V1Secret>(cluster, { apiVersion: 'v1', kind: 'Secret', metadata })),
  );
  const texts = secrets.flatMap((secret) => secret?.data?.[AUTHORITY_KEY] ?? []);
  return [...new Set(texts.map((text) => Buffer.from(text, 'base64').toString()))];
}

interface GatewayStatus {
  readonly status?: { readonly addresses?: readonly { readonly value: string }[] };
}

async function addressesOf(cluster: Cluster, { exposure }: DeploymentConfig, target: PublicHost): Promise<string[]> {
  if (exposure.mode === 'gateway-api') {
    const { name, namespace } = exposure.gateway;
    const reference = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace } };
    const gateway = (await read(cluster, reference)) as GatewayStatus | undefined;
    return gateway?.status?.addresses?.map(({ value }) => value) ?? [];
  }
  const ingress = await read<V1Ingress>(cluster, {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: target.name, namespace: target.namespace },
  });
  return ingress?.status?.loadBalancer?.ingress?.flatMap(({ ip, hostname }) => ip ?? hostname ?? []) ?? [];
}

function showsCertificate(host: string, servername: string, ca: string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTls({ host, port: PORTS.https, servername, ca, ALPNProtocols: ['http/1.1'] });
    const end = (shown: boolean) => {
      socket.destroy();
      resolve(shown);
    };
    socket.setTimeout(HANDSHAKE_MS, () => end(false));
    socket.once('secureConnect', () => end(socket.authorized)).once('error', () => end(false));
  });
}

/** Resolves every name to one address; a name (of a cloud's load balancer) is resolved once. */
const lookupAs =
  (host: string): LookupFunction =>
  (_name, options, callback) => {
    lookup(host).then(
      ({ address, family }) => (options.all ? callback(null, [{ address, family }]) : callback(null, address, family)),
      (error: Error) => callback(error, ''),
    );
  };
