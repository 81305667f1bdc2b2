import { type AdminOptions, administratorOf } from './admin.ts';
import { reconcileClientScopes } from './client-scopes.ts';
import { reconcileClients } from './clients.ts';
import { type RealmFile, secretsOf } from './realm-file.ts';
import { reconcileRealmSettings } from './realm-settings.ts';
import { explain, mayBeConflict } from './reconcile-error.ts';
import type { Change, Run } from './run.ts';
import { type RetiredUser, reconcileUsers, retireUsers } from './users.ts';

export { fillPlaceholders, parseRealmFile, type RealmFile } from './realm-file.ts';
export { ReconcileError, type ReconcileErrorCode } from './reconcile-error.ts';
export type { Change } from './run.ts';

/** How a realm is brought up to its file. */
export interface ReconcileOptions {
  /** Where Keycloak answers, such as `http://127.0.0.1:8080`; a path (`/auth`) is kept. */
  readonly baseUrl: string;
  /** An administrator of realm master who may manage every realm. */
  readonly username: string;
  readonly password: string;
  /** The realm file with its placeholders filled in. */
  readonly realm: RealmFile;
  /** Users of an earlier file, which are disabled when they are there. */
  readonly retired?: readonly RetiredUser[];
  /** Ends the run early. What was done by then stays, and the next run does the rest. */
  readonly signal?: AbortSignal;
}

/** Passes over the realm. One is enough, except when something else changes the same things at the same time. */
const PASSES = 5;

/**
 * Brings a Keycloak realm up to its file through the Admin API, for an import never changes a realm that exists. Makes the
 * realm when there is none. Returns what it created or changed, in words and without values; nothing when all was as the
 * file says, and then no request to change anything was sent.
 *
 * The file owns what it names: the realm's own settings; client scopes and their protocol mappers; the realm's default client
 * scopes; clients, their secret, attributes and assigned client scopes; client roles; users, their client roles and their
 * password (`password.ts` says when it is set again). What it does not name stays: other clients, users, roles, role
 * assignments, mappers, scopes, attributes, identity providers, flows and required actions. Of a list (`redirectUris`,
 * `webOrigins`) the file's entries must be there and others stay, so what was once in the file and is no longer stays too.
 *
 * It may be run again after it failed half-way, and twice at once. Throws a {@link ReconcileError} whose message says what
 * to do, a `TypeError` for a base URL that is none or an unfilled placeholder in place of a secret, an `Error` when the file
 * refers to what does not exist, and the signal's reason when it aborts. No message holds a secret.
 */
export async function reconcileRealm(options: ReconcileOptions): Promise<Change[]> {
  const { realm, signal } = options;
  const context: AdminOptions = {
    address: addressOf(options.baseUrl),
    username: options.username,
    password: options.password,
    realm: realm.realm,
    secrets: [options.password, ...secretsOf(realm)],
    signal,
  };
  requireFilled(realm);
  const run: Run = { admin: administratorOf(context), file: realm, changes: [] };
  for (let pass = 1; ; pass += 1) {
    try {
      await reconcileOnce(run);
      await retireUsers(run, options.retired ?? []);
      return run.changes;
    } catch (error) {
      signal?.throwIfAborted();
      if (pass === PASSES || !mayBeConflict(error)) throw explain(error, context);
    }
  }
}

/** Each step needs what the one before made. */
async function reconcileOnce(run: Run): Promise<void> {
  await reconcileRealmSettings(run);
  await reconcileClientScopes(run);
  await reconcileClients(run);
  await reconcileUsers(run);
}

function addressOf(baseUrl: string): string {
  if (!URL.canParse(baseUrl)) throw new TypeError('baseUrl is not a URL');
  const { origin, pathname } = new URL(baseUrl);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}

function requireFilled(realm: RealmFile): void {
  for (const secret of secretsOf(realm)) {
    const name = /^\$\{(\w+)\}$/.exec(secret)?.[1];
    if (name) throw new TypeError(`the placeholder ${name} of the realm file is not filled in`);
  }
}
