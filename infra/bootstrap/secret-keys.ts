import { GATEWAY, KEYCLOAK } from '../names.ts';
import type { BootstrapContext } from './context.ts';
import type { SecretPlace, Texts } from './secret-store.ts';

/** The key that both the realm's and the gateway's Secret have. */
export const CLIENT_SECRET = 'OIDC_CLIENT_SECRET';
/** The key of the demo user's password. */
export const DEMO_PASSWORD = 'DEMO_USER_PASSWORD';

/** A Secret of a deployment, and the keys that its pods need. */
export interface NeededSecret extends SecretPlace {
  readonly keys: readonly string[];
}

/** What a deployment's pods take from Secrets, certificates aside. */
export interface NeededSecrets {
  readonly admin: NeededSecret;
  readonly database: NeededSecret;
  readonly realm: NeededSecret;
  readonly gateway: NeededSecret;
}

/** The Secrets of the deployment that a run is for. */
export function secretsOf({ deployment, namespaces }: BootstrapContext): NeededSecrets {
  const { secretNames, keycloak } = deployment;
  const ofIdentity = { namespace: namespaces.identity, component: KEYCLOAK };
  const credentials = ['username', 'password'];
  return {
    admin: { ...ofIdentity, name: secretNames.admin, keys: credentials },
    // The type that CloudNativePG wants (its documentation, "Bootstrap").
    database: { ...ofIdentity, name: secretNames.database, keys: credentials, type: 'kubernetes.io/basic-auth' },
    realm: {
      ...ofIdentity,
      name: secretNames.realm,
      keys: [CLIENT_SECRET, ...(keycloak.demoUser ? [DEMO_PASSWORD] : [])],
    },
    gateway: {
      namespace: namespaces.gateway,
      component: GATEWAY,
      name: secretNames.gateway,
      keys: ['OIDC_CLIENT_ID', CLIENT_SECRET, ...deployment.gateway.providerKeys],
    },
  };
}

/** The keys that a Secret lacks. An empty value is none: no program could use it. */
export const lacking = (keys: readonly string[], texts: Texts | undefined): string[] =>
  keys.filter((key) => !texts?.[key]);

/** A command that adds values to a Secret, or makes it: with `…` where the values go. */
export function commandFor({ name, namespace, type }: SecretPlace, keys: readonly string[], present: boolean): string {
  const kubectl = `kubectl -n ${namespace}`;
  if (present) {
    const stringData = Object.fromEntries(keys.map((key) => [key, '…']));
    return `${kubectl} patch secret ${name} --type merge -p '${JSON.stringify({ stringData })}'`;
  }
  const literals = keys.map((key) => `--from-literal=${key}=…`).join(' ');
  return `${kubectl} create secret generic ${name}${type ? ` --type=${type}` : ''} ${literals}`;
}
