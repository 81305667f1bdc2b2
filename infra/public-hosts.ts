import type { PublicHost } from './constructs/exposure.ts';
import type { DeploymentConfig } from './deployment.ts';
import { GATEWAY, GATEWAY_NAMESPACE, IDENTITY_NAMESPACE, KEYCLOAK, REALM } from './names.ts';

/** A login form or a token request is small. */
const KEYCLOAK_BODY = 2 ** 20;

/** The two hosts of a deployment. */
export function publicHosts(config: DeploymentConfig): { api: PublicHost; keycloak: PublicHost } {
  const { hosts, certificateNames, keycloak, gateway } = config;
  return {
    api: {
      name: GATEWAY,
      namespace: GATEWAY_NAMESPACE,
      host: hosts.api,
      certificate: certificateNames.gateway,
      folders: ['/'],
      pages: [],
      maxBodySize: gateway.config.server.maxRequestBodySize,
    },
    keycloak: {
      name: KEYCLOAK,
      namespace: IDENTITY_NAMESPACE,
      host: hosts.keycloak,
      certificate: certificateNames.keycloakPublic,
      // Keycloak documentation, "Configuring a reverse proxy", exposed paths. Metrics and health are never public, and realm
      // master, where administrators sign in, only together with the console.
      folders: [
        ...(keycloak.console ? ['/realms/', '/admin/'] : [`/realms/${REALM}/`]),
        ...['/resources/', '/.well-known/'],
      ],
      pages: keycloak.console ? ['/'] : [],
      maxBodySize: KEYCLOAK_BODY,
    },
  };
}
