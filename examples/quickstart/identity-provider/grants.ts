import { createHash, timingSafeEqual } from 'node:crypto';
import { errors, type Provider, type TokenEndpointGrantContext } from 'oidc-provider';
import { claimsFor, type Grantee, grantScopes, visibleScopes } from './claims.ts';
import { type Realm, type RealmUser, subjectOf } from './realm.ts';

type Context = TokenEndpointGrantContext<{ username?: string; password?: string }>;

/** Adds the two grants of the realm, `password` and `client_credentials`, to a provider. */
export function registerGrants(provider: Provider, realm: Realm, lifespanSeconds: number): void {
  const grant = (findUser: (context: Context) => RealmUser) => (context: Context) =>
    answer(context, realm, lifespanSeconds, findUser(context));
  provider.registerGrantType(
    'password',
    grant(({ oidc }) => userByPassword(realm, oidc.params.username, oidc.params.password)),
    ['username', 'password', 'scope'],
  );
  provider.registerGrantType(
    'client_credentials',
    grant(({ oidc }) => serviceAccountOf(realm, oidc.client.clientId)),
    ['scope'],
  );
}

/** The grantee of a token that was issued earlier in this process. Throws when the realm does not know it. */
export function granteeOf(realm: Realm, clientId: string, subject: string, scope: string): Grantee {
  const client = realm.clients.find((candidate) => candidate.clientId === clientId);
  const user = realm.users.find((candidate) => subjectOf(realm, candidate) === subject);
  if (!client || !user) throw new TypeError('the realm has no such client or user');
  return { realm, client, user, scopes: scope.split(' ') };
}

async function answer(context: Context, realm: Realm, lifespanSeconds: number, user: RealmUser): Promise<void> {
  const { client, params, provider } = context.oidc;
  const realmClient = realm.clients.find((candidate) => candidate.clientId === client.clientId);
  if (!realmClient) throw new errors.InvalidClient('unknown client');
  const scopes = grantScopes(realmClient, params.scope);
  if (!scopes) throw new errors.InvalidScope('Invalid scopes', params.scope ?? '');
  const token = new provider.AccessToken({
    client,
    accountId: subjectOf(realm, user),
    grantId: '',
    gty: params.grant_type,
    scope: scopes.join(' '),
    expiresIn: lifespanSeconds,
    resourceServer: new provider.ResourceServer(client.clientId, {
      scope: scopes.join(' '),
      audience: client.clientId,
      accessTokenFormat: 'jwt',
      jwt: { sign: { alg: 'RS256' } },
    }),
  });
  const accessToken = await token.save();
  const grantee = { realm, client: realmClient, user, scopes };
  context.body = {
    access_token: accessToken,
    expires_in: lifespanSeconds,
    token_type: 'Bearer',
    ...(scopes.includes('openid') && { id_token: await idToken(context, grantee, accessToken, lifespanSeconds) }),
    'not-before-policy': 0,
    scope: visibleScopes(realm, scopes),
  };
}

async function idToken(
  context: Context,
  grantee: Grantee,
  accessToken: string,
  lifespanSeconds: number,
): Promise<string> {
  const { client, provider } = context.oidc;
  const token = new provider.IdToken({}, { ctx: context, client });
  const sub = subjectOf(grantee.realm, grantee.user);
  const claims = { ...claimsFor(grantee, 'id'), sub, typ: 'ID', azp: client.clientId, at_hash: accessToken };
  for (const [name, value] of Object.entries(claims)) token.set(name, value);
  return token.issue({ use: 'idtoken', expiresAt: Math.floor(Date.now() / 1000) + lifespanSeconds });
}

function userByPassword(realm: Realm, username: unknown, password: unknown): RealmUser {
  const user = realm.users.find((candidate) => candidate.username === username && !candidate.serviceAccountClientId);
  const expected = user?.credentials.find((credential) => credential.type === 'password')?.value;
  if (user && expected !== undefined && typeof password === 'string' && sameText(password, expected)) return user;
  throw new errors.CustomOIDCProviderError('invalid_grant', 'Invalid user credentials');
}

function serviceAccountOf(realm: Realm, clientId: string): RealmUser {
  const user = realm.users.find((candidate) => candidate.serviceAccountClientId === clientId);
  if (!user) throw new errors.UnauthorizedClient('The client has no service account');
  return user;
}

function sameText(a: string, b: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(a), hash(b));
}
