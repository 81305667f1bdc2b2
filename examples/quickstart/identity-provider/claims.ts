import { type ProtocolMapper, type Realm, type RealmClient, type RealmUser, subjectOf } from './realm.ts';

/** Who gets a token, through which client, with which granted scopes. */
export interface Grantee {
  readonly realm: Realm;
  readonly client: RealmClient;
  readonly user: RealmUser;
  readonly scopes: readonly string[];
}

/** Claims of a token. */
export type Claims = Record<string, unknown>;

type Mapper = (grantee: Grantee, mapper: ProtocolMapper) => Claims;

/** Keycloak's mappers by name. A mapper that is not listed adds nothing. */
const MAPPERS: Readonly<Record<string, Mapper>> = {
  'oidc-sub-mapper': ({ realm, user }) => ({ sub: subjectOf(realm, user) }),
  'oidc-audience-mapper': (_grantee, { config }) => {
    const audience = config['included.client.audience'] || config['included.custom.audience'];
    return audience ? { aud: [audience] } : {};
  },
  'oidc-allowed-origins-mapper': ({ client }) => ({ 'allowed-origins': originsOf(client) }),
  'oidc-usermodel-realm-role-mapper': ({ user }, { config }) =>
    user.realmRoles.length === 0 ? {} : at(config['claim.name'], user.realmRoles),
  'oidc-usermodel-client-role-mapper': ({ user }, { config }) => {
    const held = Object.entries(user.clientRoles).filter(([, roles]) => roles.length > 0);
    return held.map(([client, roles]) => at(config['claim.name'], roles, client)).reduce(merge, {});
  },
  'oidc-usermodel-attribute-mapper': userClaim,
  'oidc-usermodel-property-mapper': userClaim,
  'oidc-full-name-mapper': ({ user }) => {
    const name = [user.firstName, user.lastName].filter(Boolean).join(' ');
    return name ? { name } : {};
  },
};

/** The claims that the realm's mappers put into an access token or an ID token. An ID token's `aud` is not their business. */
export function claimsFor(grantee: Grantee, token: 'access' | 'id'): Claims {
  const { realm, client, scopes } = grantee;
  const granted = new Set([...client.defaultClientScopes, ...scopes]);
  const mappers = [
    ...realm.clientScopes.filter((scope) => granted.has(scope.name)).flatMap((scope) => scope.protocolMappers),
    ...client.protocolMappers,
  ];
  return mappers
    .filter((mapper) => mapper.config[`${token}.token.claim`] === 'true')
    .map((mapper) => MAPPERS[mapper.protocolMapper]?.(grantee, mapper) ?? {})
    .reduce(merge, {});
}

/**
 * The scopes that a request gets: the client's default ones, and those asked for that it may have.
 * Returns `undefined` when it asks for one that it may not have.
 */
export function grantScopes(client: RealmClient, requested: string | undefined): string[] | undefined {
  const asked = (requested ?? '').split(' ').filter(Boolean);
  const allowed = ['openid', ...client.defaultClientScopes, ...client.optionalClientScopes];
  if (!asked.every((scope) => allowed.includes(scope))) return undefined;
  return [...new Set([...asked.filter((scope) => scope === 'openid'), ...client.defaultClientScopes, ...asked])];
}

/** Granted scopes as the token shows them: scopes that only hold mappers are left out. */
export function visibleScopes(realm: Realm, scopes: readonly string[]): string {
  const hidden = realm.clientScopes.filter((scope) => scope.attributes['include.in.token.scope'] === 'false');
  return scopes.filter((name) => !hidden.some((scope) => scope.name === name)).join(' ');
}

function userClaim({ user }: Grantee, { config }: ProtocolMapper): Claims {
  const attribute = config['user.attribute'] ?? '';
  const value = Object.entries(user).find(([name]) => name === attribute)?.[1];
  return value === undefined ? {} : at(config['claim.name'], value);
}

function originsOf(client: RealmClient): string[] {
  const own = client.redirectUris.filter((uri) => URL.canParse(uri)).map((uri) => new URL(uri).origin);
  return [...new Set(client.webOrigins.flatMap((origin) => (origin === '+' ? own : [origin])))];
}

/** Nests a value under a dotted claim name, in which the placeholder `client_id` stands for a client. No name, no claim. */
function at(name: string | undefined, value: unknown, clientId = ''): Claims {
  const path = name?.split('.').map((part) => part.replace(/^\$\{client_id\}$/, clientId)) ?? [];
  return path.length === 0 ? {} : (path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Claims);
}

function merge(left: Claims, right: Claims): Claims {
  const result = { ...left };
  for (const [key, value] of Object.entries(right)) result[key] = mergeValue(result[key], value);
  return result;
}

function mergeValue(left: unknown, right: unknown): unknown {
  if (Array.isArray(left) && Array.isArray(right)) return [...new Set([...left, ...right])];
  if (isClaims(left) && isClaims(right)) return merge(left, right);
  return right;
}

function isClaims(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
