import type { DeploymentValues } from './schema.ts';

/** What is well-formed and still cannot work, each with its fix in the sentence. */
export function misfits(values: DeploymentValues): string[] {
  const { keycloak, gateway, database, hosts, images, requireDigests, secrets, exposure } = values;
  const problems: string[] = [];
  const check = (wrong: boolean, message: string) => wrong && problems.push(message);
  check(
    keycloak.replicas > 1 && keycloak.cache === 'local',
    `keycloak.cache: ${keycloak.replicas} replicas with local caches would not know of each other's sessions; say cache: 'jdbc-ping', or replicas: 1`,
  );
  check(
    keycloak.replicas > 1 && database.mode === 'embedded',
    "database.mode: several replicas of Keycloak on one PostgreSQL pod stand and fall with it; use 'cloudnative-pg' or 'external', or keycloak.replicas: 1",
  );
  check(
    hosts.api === hosts.keycloak,
    'hosts.keycloak: the API and Keycloak need hosts of their own; give it another name',
  );
  const scaling = gateway.autoscaling;
  check(
    scaling !== undefined && scaling.max < scaling.min,
    `gateway.autoscaling: max (${scaling?.max}) is below min (${scaling?.min}); swap them`,
  );
  for (const [name, image] of Object.entries(images)) {
    const digest = image.includes('@sha256:');
    const tag = /:([^/:@]+)(@|$)/.exec(image)?.[1];
    check(
      requireDigests && !digest && used(name, values),
      `images.${name}: ${image} has no digest; name it as …@sha256:…, or say requireDigests: false`,
    );
    check(!digest && (!tag || tag === 'latest'), `images.${name}: ${image} has no fixed tag; name a version`);
  }
  check(
    secrets.mode === 'inline' && keycloak.demoUser && !secrets.values.demoUserPassword,
    'secrets.values.demoUserPassword: keycloak.demoUser is on; give the user a password, or say demoUser: false',
  );
  check(
    database.mode === 'external' && database.tls === 'off' && database.authority !== undefined,
    "database.authority: is not looked at with tls: 'off'; leave one of them out",
  );
  check(
    exposure.mode !== 'none' && values.controllerNamespaces.length === 0,
    'controllerNamespaces: name the namespace of the Ingress or Gateway controller; nobody else reaches Keycloak',
  );
  check(
    exposure.mode === 'none' && keycloak.console,
    "keycloak.console: with exposure 'none' nothing is public; say console: false, or expose it",
  );
  check(
    database.mode !== 'external' && storageBytes(database.storage) < 2 ** 28,
    'database.storage: PostgreSQL needs 256Mi at the least; 5Gi is usual',
  );
  return problems;
}

const used = (image: string, { database }: DeploymentValues) => image !== 'postgres' || database.mode === 'embedded';

const UNITS: Record<string, number> = {
  m: 1e-3,
  k: 1e3,
  Ki: 2 ** 10,
  M: 1e6,
  Mi: 2 ** 20,
  G: 1e9,
  Gi: 2 ** 30,
  T: 1e12,
  Ti: 2 ** 40,
};

function storageBytes(quantity: string): number {
  const [, count, unit] = /^([\d.]+)(\w*)$/.exec(quantity) ?? [];
  return Number(count) * (UNITS[unit ?? ''] ?? 1);
}
