import { GATEWAY, KEYCLOAK, SECRETS, serviceHost } from '../names.ts';
import type { BootstrapContext } from './context.ts';
import type { SecretPlace } from './secret-store.ts';

/** The Secret of a server's certificate, and what it must be for. */
export interface CertificatePlace extends SecretPlace {
  /** DNS names that clients reach the server by. */
  readonly names: readonly string[];
}

const TLS = 'kubernetes.io/tls';

/** The Secret of the authority in mode `self-signed`. Its key is in no other place. */
export const authorityPlace = ({ namespaces }: BootstrapContext): SecretPlace => ({
  name: SECRETS.authority,
  namespace: namespaces.identity,
  component: KEYCLOAK,
  type: TLS,
});

/** Keycloak's certificate: for its public host, and for its Service, by which the gateway reaches it. */
export const keycloakPlace = ({ deployment, namespaces }: BootstrapContext): CertificatePlace => ({
  name: deployment.certificateNames.keycloak,
  namespace: namespaces.identity,
  component: KEYCLOAK,
  type: TLS,
  names: [deployment.hosts.keycloak, serviceHost(KEYCLOAK, namespaces.identity)],
});

/** The certificate of the API host. */
export const gatewayPlace = ({ deployment, namespaces }: BootstrapContext): CertificatePlace => ({
  name: deployment.certificateNames.gateway,
  namespace: namespaces.gateway,
  component: GATEWAY,
  type: TLS,
  names: [deployment.hosts.api],
});

/** All names by which pods reach a Service: within its namespace, from others, and with the usual domain of a cluster. */
export const serviceNames = (service: string, namespace: string): string[] => [
  serviceHost(service, namespace),
  `${service}.${namespace}`,
  `${serviceHost(service, namespace)}.cluster.local`,
  service,
];
