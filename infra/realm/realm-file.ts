import { z } from 'zod';

const setting = z.union([z.string(), z.number(), z.boolean()], { error: 'lists and objects are not supported here' });
const names = z.array(z.string());
const attributes = z.record(z.string(), z.string());

const protocolMapper = z.strictObject({
  name: z.string(),
  protocol: z.string(),
  protocolMapper: z.string(),
  config: attributes,
});

const clientScope = z.strictObject({
  name: z.string(),
  description: z.string().exactOptional(),
  protocol: z.string(),
  attributes: attributes.exactOptional(),
  protocolMappers: z.array(protocolMapper).exactOptional(),
});

const clientRole = z.strictObject({ name: z.string(), description: z.string().exactOptional() });

const client = z
  .object({
    clientId: z.string(),
    secret: z.string().exactOptional(),
    directAccessGrantsEnabled: z.boolean().exactOptional(),
    redirectUris: names.exactOptional(),
    webOrigins: names.exactOptional(),
    attributes: attributes.exactOptional(),
    defaultClientScopes: names.exactOptional(),
    optionalClientScopes: names.exactOptional(),
  })
  .catchall(setting);

const user = z.strictObject({
  username: z.string().toLowerCase(), // Keycloak keeps it so
  enabled: z.boolean().exactOptional(),
  email: z.string().exactOptional(),
  emailVerified: z.boolean().exactOptional(),
  firstName: z.string().exactOptional(),
  lastName: z.string().exactOptional(),
  credentials: z
    .array(
      z.strictObject({ type: z.literal('password'), value: z.string(), temporary: z.literal(false).exactOptional() }),
    )
    .max(1)
    .exactOptional(),
  serviceAccountClientId: z.string().exactOptional(),
  clientRoles: z.record(z.string(), names).exactOptional(),
});

const realmFile = z
  .object({
    realm: z.string().min(1),
    roles: z.strictObject({ client: z.record(z.string(), z.array(clientRole)).exactOptional() }).exactOptional(),
    clientScopes: z.array(clientScope).exactOptional(),
    defaultDefaultClientScopes: names.exactOptional(),
    clients: z.array(client).exactOptional(),
    users: z.array(user).exactOptional(),
  })
  .catchall(setting);

/** A Keycloak realm file: the part of a realm representation that {@link parseRealmFile} admits. */
export type RealmFile = z.infer<typeof realmFile>;
/** A client scope with its protocol mappers. */
export type ClientScope = z.infer<typeof clientScope>;
/** What puts a claim into a token. */
export type ProtocolMapper = z.infer<typeof protocolMapper>;
/** A client. */
export type Client = z.infer<typeof client>;
/** A role of a client. */
export type ClientRole = z.infer<typeof clientRole>;
/** A user; a client's service account is one too. */
export type User = z.infer<typeof user>;

/**
 * Checks a parsed realm file. Top-level settings may be any text, number or boolean; of lists and objects it admits only
 * those that the reconcile brings up in a realm that exists, so that nothing in the file is left undone in silence.
 * Placeholders may still be there. Throws an `Error` that names each problem.
 */
export function parseRealmFile(json: unknown): RealmFile {
  const { data, error } = realmFile.safeParse(json);
  if (data) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
  throw new Error(`The realm file holds what is wrong or not supported:\n  ${problems.join('\n  ')}`);
}

/**
 * A copy in which each `${NAME}` of a text is replaced by the value of that name. Names without a value stay as they are,
 * for Keycloak has placeholders of its own (`${client_id}`). Values are put in as they are: what looks like a placeholder
 * in a value stays. Names of fields are not looked at.
 */
export function fillPlaceholders<T>(realm: T, values: Readonly<Record<string, string>>): T {
  return fill(realm, values) as T;
}

function fill(node: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof node === 'string') {
    return node.replace(/\$\{([^{}]+)\}/g, (whole, name: string) =>
      Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
    );
  }
  if (Array.isArray(node)) return node.map((item) => fill(item, values));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, fill(item, values)]));
}

/** The secrets that a file holds: client secrets and passwords. */
export function secretsOf(realm: RealmFile): string[] {
  return [
    ...(realm.clients ?? []).flatMap(({ secret }) => secret ?? []),
    ...(realm.users ?? []).flatMap(({ credentials = [] }) => credentials.map(({ value }) => value)),
  ];
}
