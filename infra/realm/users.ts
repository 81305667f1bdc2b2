import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js';
import { findClient } from './clients.ts';
import { difference } from './merge.ts';
import { reconcilePassword } from './password.ts';
import type { User } from './realm-file.ts';
import { change, existing, idOf, type Run } from './run.ts';

/** A user that an earlier file had. */
export interface RetiredUser {
  readonly username: string;
  readonly email: string;
}

/** Brings the file's users up: what the file says of them, their password, their client roles. */
export async function reconcileUsers(run: Run): Promise<void> {
  for (const user of run.file.users ?? []) await reconcileUser(run, user);
}

/** Disables users that are no longer wanted. One with another e-mail address is somebody else by the same name. */
export async function retireUsers(run: Run, retired: readonly RetiredUser[]): Promise<void> {
  for (const { username, email } of retired) {
    const user = await find(run, username);
    if (!user?.enabled || user.email !== email) continue;
    await change(run, `user ${username}`, 'disabled', () =>
      run.admin.api.users.update({ id: idOf(user) }, { enabled: false }),
    );
  }
}

async function reconcileUser(run: Run, wanted: User): Promise<void> {
  const { users } = run.admin.api;
  const { credentials = [], clientRoles, serviceAccountClientId: clientId, ...rest } = wanted;
  const current = clientId === undefined ? await find(run, wanted.username) : await serviceAccountOf(run, clientId);
  if (!current) {
    const user = { ...rest, credentials };
    const { id } = await change(run, `user ${wanted.username}`, 'created', () => users.create(user));
    return reconcileClientRoles(run, wanted, id);
  }
  const { patch, fields } = difference(current, rest);
  const id = idOf(current);
  if (fields.length > 0) await change(run, `user ${wanted.username}`, fields, () => users.update({ id }, patch));
  await reconcileClientRoles(run, wanted, id);
  const [password] = credentials;
  if (password) await reconcilePassword(run, current, password.value);
}

async function find(run: Run, username: string): Promise<UserRepresentation | undefined> {
  const [user] = await run.admin.api.users.find({ username, exact: true });
  return user;
}

/** Keycloak makes it with the client, under a name of its own. */
async function serviceAccountOf(run: Run, clientId: string): Promise<UserRepresentation> {
  return run.admin.api.clients.getServiceAccountUser({ id: idOf(await findClient(run, clientId)) });
}

async function reconcileClientRoles(run: Run, { username, clientRoles }: User, id: string): Promise<void> {
  const { clients, users } = run.admin.api;
  for (const [clientId, wanted] of Object.entries(clientRoles ?? {})) {
    const clientUniqueId = idOf(await findClient(run, clientId));
    const assigned = await users.listClientRoleMappings({ id, clientUniqueId });
    const missing = wanted.filter((role) => !assigned.some(({ name }) => name === role));
    if (missing.length === 0) continue;
    const defined = await clients.listRoles({ id: clientUniqueId });
    const roles = missing.map((role) => {
      const found = existing(
        defined.find(({ name }) => name === role),
        `role ${role} of client ${clientId}`,
      );
      return { ...found, id: idOf(found), name: role };
    });
    await change(run, `user ${username}`, `roles ${missing.join(', ')} of client ${clientId}`, () =>
      users.addClientRoleMappings({ id, clientUniqueId, roles }),
    );
  }
}
