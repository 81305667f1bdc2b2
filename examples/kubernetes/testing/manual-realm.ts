import { IDENTITY_NAMESPACE, KEYCLOAK, PORTS, selectorOf } from '../../../infra/names.ts';
import { applyObjects, kubectl } from '../../../infra/testing/kubectl.ts';
import { withAdmin } from './admin.ts';
import type { Installation } from './cluster-test.ts';

/** A realm made by hand, one step of the console after the other. */
export interface ManualRealm {
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
  /** Client → Settings → Capability config → Direct access grants: ON. */
  readonly allowPasswordGrant: () => Promise<void>;
  /** Users → user → First name, Last name. */
  readonly nameUser: () => Promise<void>;
}

/** Makes a realm, a confidential client with a service account, and a user, and takes the realm away after `body`. */
export async function withManualRealm<T>(
  installation: Installation,
  name: string,
  body: (realm: ManualRealm) => Promise<T>,
): Promise<T> {
  const [clientId, username, password] = ['inference-gateway-client', 'user', 'password'];
  const user = { username, email: 'user@example.com', emailVerified: true, enabled: true };
  const made = await withAdmin(
    installation,
    async ({ realms, clients, users }) => {
      await realms.create({ realm: name, enabled: true });
      const client = await clients.create({ clientId, publicClient: false, serviceAccountsEnabled: true });
      const { value: clientSecret = '' } = await clients.getClientSecret({ id: client.id });
      const { id } = await users.create(user);
      await users.resetPassword({ id, credential: { type: 'password', value: password, temporary: false } });
      return { client: client.id, user: id, clientSecret };
    },
    name,
  );
  const change = (step: Parameters<typeof withAdmin<void>>[1]) => withAdmin(installation, step, name);
  try {
    return await body({
      name,
      clientId,
      clientSecret: made.clientSecret,
      username,
      password,
      allowPasswordGrant: () =>
        change(({ clients }) => clients.update({ id: made.client }, { clientId, directAccessGrantsEnabled: true })),
      nameUser: () =>
        change(({ users }) => users.update({ id: made.user }, { ...user, firstName: 'Test', lastName: 'User' })),
    });
  } finally {
    await withAdmin(installation, ({ realms }) => realms.del({ realm: name }), 'master');
  }
}

/** Lets a namespace's pods reach Keycloak for as long as `body` runs. */
export async function withWayToKeycloak<T>(namespace: string, body: () => Promise<T>): Promise<T> {
  await applyObjects({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: namespace, namespace: IDENTITY_NAMESPACE },
    spec: {
      podSelector: { matchLabels: selectorOf(KEYCLOAK) },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
          ports: [{ port: PORTS.keycloakHttps, protocol: 'TCP' }],
        },
      ],
    },
  });
  try {
    return await body();
  } finally {
    await kubectl(['delete', 'networkpolicy', namespace, '--namespace', IDENTITY_NAMESPACE]);
  }
}
