import type ClientRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientRepresentation.js';
import { difference } from './merge.ts';
import type { Client, ClientRole } from './realm-file.ts';
import { change, existing, idOf, type Run } from './run.ts';

/** The client of that name. Throws an `Error` when there is none. */
export async function findClient(run: Run, clientId: string): Promise<ClientRepresentation> {
  return existing((await run.admin.api.clients.find({ clientId }))[0], `client ${clientId}`);
}

/** Brings the file's clients up, with the client scopes assigned to them, and the clients' roles. */
export async function reconcileClients(run: Run): Promise<void> {
  for (const client of run.file.clients ?? []) await reconcileClient(run, client);
  for (const [clientId, roles] of Object.entries(run.file.roles?.client ?? {}))
    await reconcileRoles(run, clientId, roles);
}

async function reconcileClient(run: Run, wanted: Client): Promise<void> {
  const { clients } = run.admin.api;
  const subject = `client ${wanted.clientId}`;
  const [current] = await clients.find({ clientId: wanted.clientId });
  if (!current) {
    await change(run, subject, 'created', () => clients.create(wanted));
    return;
  }
  const { defaultClientScopes = [], optionalClientScopes = [], ...rest } = wanted;
  const { patch, fields } = difference(current, rest);
  if (fields.length > 0) await change(run, subject, fields, () => clients.update({ id: idOf(current) }, patch));
  await assignScopes(run, current, 'default', defaultClientScopes);
  await assignScopes(run, current, 'optional', optionalClientScopes);
}

/** Assigns what is missing. A scope is assigned as default or as optional: what is the other kind becomes this one. */
async function assignScopes(
  run: Run,
  client: ClientRepresentation,
  kind: 'default' | 'optional',
  wanted: readonly string[],
): Promise<void> {
  const { clients, clientScopes } = run.admin.api;
  const assigned = { default: client.defaultClientScopes ?? [], optional: client.optionalClientScopes ?? [] };
  const missing = wanted.filter((name) => !assigned[kind].includes(name));
  if (missing.length === 0) return;
  const scopes = await clientScopes.find();
  for (const name of missing) {
    const scope = existing(
      scopes.find((one) => one.name === name),
      `client scope ${name}`,
    );
    const query = { id: idOf(client), clientScopeId: idOf(scope) };
    await change(run, `client ${client.clientId}`, `${kind} client scope ${name}`, async () => {
      if (kind === 'default') {
        if (assigned.optional.includes(name)) await clients.delOptionalClientScope(query);
        await clients.addDefaultClientScope(query);
      } else {
        if (assigned.default.includes(name)) await clients.delDefaultClientScope(query);
        await clients.addOptionalClientScope(query);
      }
    });
  }
}

async function reconcileRoles(run: Run, clientId: string, wanted: readonly ClientRole[]): Promise<void> {
  const { clients } = run.admin.api;
  const id = idOf(await findClient(run, clientId));
  const roles = await clients.listRoles({ id });
  for (const role of wanted) {
    const subject = `role ${role.name} of client ${clientId}`;
    const current = roles.find(({ name }) => name === role.name);
    if (!current) {
      await change(run, subject, 'created', () => clients.createRole({ id, ...role }));
      continue;
    }
    const { patch, fields } = difference(current, role);
    if (fields.length === 0) continue;
    // An update replaces name and description, and attributes when it has them.
    await change(run, subject, fields, () =>
      clients.updateRole({ id, roleName: role.name }, { name: role.name, ...patch }),
    );
  }
}
