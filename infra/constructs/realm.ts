import { readFileSync } from 'node:fs';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../deployment.ts';
import { CLIENT_ID, DEMO_USER, IDENTITY_NAMESPACE, KEYCLOAK, labelsOf, REALM } from '../names.ts';

/** Keycloak takes a file of its import folder only under this name. */
export const REALM_FILE = `${REALM}-realm.json`;

/** The parts of a realm file that depend on the deployment. Everything else is passed on as it stands. */
interface RealmFile {
  readonly clients: readonly { readonly clientId: string; readonly [key: string]: unknown }[];
  readonly users: readonly { readonly username: string; readonly [key: string]: unknown }[];
  readonly [key: string]: unknown;
}

/** A client that every realm has. It needs no secret, so by its password grant anyone could try passwords, whatever our client allows. */
const NO_PASSWORDS_BY_COMMAND_LINE = {
  clientId: 'admin-cli',
  publicClient: true,
  standardFlowEnabled: false,
  directAccessGrantsEnabled: false,
};

const FILE = new URL(`../realm/${REALM_FILE}`, import.meta.url);

/** The realm of a deployment: its hosts, and the demo user with the password grant only where it is wanted. */
export function realmOf({ hosts, keycloak }: Pick<DeploymentConfig, 'hosts' | 'keycloak'>): RealmFile {
  const realm = JSON.parse(readFileSync(FILE, 'utf8')) as RealmFile;
  return {
    ...realm,
    clients: [
      ...realm.clients.map((client) =>
        client.clientId === CLIENT_ID
          ? {
              ...client,
              redirectUris: [`https://${hosts.api}/*`],
              directAccessGrantsEnabled: keycloak.demoUser,
            }
          : client,
      ),
      NO_PASSWORDS_BY_COMMAND_LINE,
    ],
    users: realm.users.filter(({ username }) => keycloak.demoUser || username !== DEMO_USER),
  };
}

/** The realm file as a ConfigMap; its placeholders are filled from Keycloak's environment. */
export class Realm extends Construct {
  readonly configMap = 'keycloak-realm-file';

  constructor(scope: Construct, id: string, config: DeploymentConfig) {
    super(scope, id);
    new k8s.KubeConfigMap(this, 'config-map', {
      metadata: { name: this.configMap, namespace: IDENTITY_NAMESPACE, labels: labelsOf(KEYCLOAK) },
      data: { [REALM_FILE]: `${JSON.stringify(realmOf(config), null, 2)}\n` },
    });
  }
}
