import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const mapper = z.object({
  protocolMapper: z.string(),
  config: z.record(z.string(), z.string()).default({}),
});

const clientRoles = z.record(z.string(), z.array(z.string())).default({});

const schema = z.object({
  realm: z.string(),
  accessTokenLifespan: z.number().int().positive().default(300),
  clientScopes: z.array(
    z.object({
      name: z.string(),
      attributes: z.record(z.string(), z.string()).default({}),
      protocolMappers: z.array(mapper).default([]),
    }),
  ),
  clients: z.array(
    z.object({
      clientId: z.string(),
      secret: z.string(),
      directAccessGrantsEnabled: z.boolean().default(false),
      serviceAccountsEnabled: z.boolean().default(false),
      webOrigins: z.array(z.string()).default([]),
      redirectUris: z.array(z.string()).default([]),
      defaultClientScopes: z.array(z.string()).default([]),
      optionalClientScopes: z.array(z.string()).default([]),
      protocolMappers: z.array(mapper).default([]),
    }),
  ),
  users: z.array(
    z.object({
      username: z.string(),
      email: z.string().optional(),
      emailVerified: z.boolean().default(false),
      firstName: z.string().optional(),
      lastName: z.string().optional(),
      credentials: z.array(z.object({ type: z.string(), value: z.string() })).default([]),
      serviceAccountClientId: z.string().optional(),
      realmRoles: z.array(z.string()).default([]),
      clientRoles,
    }),
  ),
});

/** The part of a Keycloak realm file that this identity provider honours. */
export type Realm = z.infer<typeof schema>;
/** A client of the realm. */
export type RealmClient = Realm['clients'][number];
/** A user of the realm; a client's service account is one too. */
export type RealmUser = Realm['users'][number];
/** A protocol mapper: what puts a claim into a token. */
export type ProtocolMapper = z.infer<typeof mapper>;

/**
 * Reads a Keycloak realm file and fills its `${NAME}` placeholders from `env`, as Keycloak does: a name that `env` lacks
 * stays as it is. Throws when the file is no realm, or when a secret or password is an unfilled placeholder.
 */
export function readRealm(file: string, env: Readonly<Record<string, string | undefined>>): Realm {
  const realm = schema.parse(fill(JSON.parse(readFileSync(file, 'utf8')), env));
  const secrets = [
    ...realm.clients.map((client) => client.secret),
    ...realm.users.flatMap((user) => user.credentials.map((credential) => credential.value)),
  ];
  for (const secret of secrets) {
    const name = /^\$\{(.+)\}$/.exec(secret)?.[1];
    if (name) throw new Error(`The realm file needs the environment variable ${name}.`);
  }
  return realm;
}

function fill(value: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  if (typeof value === 'string') return value.replace(/\$\{([^}]+)\}/g, (whole, name: string) => env[name] ?? whole);
  if (Array.isArray(value)) return value.map((item) => fill(item, env));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, env)]));
}

/** A user's `sub`: a UUID that depends on realm and user name only, so that it survives a restart. */
export function subjectOf(realm: Realm, user: RealmUser): string {
  const hex = createHash('sha256').update(`${realm.realm}/${user.username}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
