import type ClientScopeRepresentation from '@keycloak/keycloak-admin-client/lib/defs/clientScopeRepresentation.js';
import { difference } from './merge.ts';
import type { ClientScope, ProtocolMapper } from './realm-file.ts';
import { change, existing, idOf, type Run } from './run.ts';

/** Brings the file's client scopes up, with their protocol mappers, and makes the realm's default scopes default. */
export async function reconcileClientScopes(run: Run): Promise<void> {
  const { clientScopes } = run.admin.api;
  const scopes = await clientScopes.find();
  for (const wanted of run.file.clientScopes ?? []) {
    const current = scopes.find(({ name }) => name === wanted.name);
    if (current) await reconcileClientScope(run, wanted, current);
    else await change(run, `client scope ${wanted.name}`, 'created', () => clientScopes.create(wanted));
  }
  await reconcileDefaultScopes(run);
}

async function reconcileClientScope(run: Run, wanted: ClientScope, current: ClientScopeRepresentation): Promise<void> {
  const { clientScopes } = run.admin.api;
  const { protocolMappers = [], ...rest } = wanted;
  const subject = `client scope ${wanted.name}`;
  const id = idOf(current);
  const { patch, fields } = difference(current, rest);
  // Keycloak fails on an update without the name.
  const update = { name: wanted.name, ...patch };
  if (fields.length > 0) await change(run, subject, fields, () => clientScopes.update({ id }, update));
  for (const mapper of protocolMappers) {
    await reconcileProtocolMapper(run, `protocol mapper ${mapper.name} of ${subject}`, mapper, current);
  }
}

async function reconcileProtocolMapper(
  run: Run,
  subject: string,
  wanted: ProtocolMapper,
  scope: ClientScopeRepresentation,
): Promise<void> {
  const { clientScopes } = run.admin.api;
  const id = idOf(scope);
  const current = scope.protocolMappers?.find(({ name }) => name === wanted.name);
  if (!current) return change(run, subject, 'created', () => clientScopes.addProtocolMapper({ id }, wanted));
  const { fields } = difference(current, wanted);
  if (fields.length === 0) return;
  // An update replaces the whole mapper.
  const update = { ...current, ...wanted, config: { ...current.config, ...wanted.config } };
  await change(run, subject, fields, () => clientScopes.updateProtocolMapper({ id, mapperId: idOf(current) }, update));
}

/** What a new client gets by default. A scope is default or optional: one that is optional stops being so. */
async function reconcileDefaultScopes(run: Run): Promise<void> {
  const { clientScopes } = run.admin.api;
  const isDefault = new Set((await clientScopes.listDefaultClientScopes()).map(({ name }) => name));
  const missing = (run.file.defaultDefaultClientScopes ?? []).filter((name) => !isDefault.has(name));
  if (missing.length === 0) return;
  const [scopes, optional] = [await clientScopes.find(), await clientScopes.listDefaultOptionalClientScopes()];
  for (const name of missing) {
    const id = idOf(
      existing(
        scopes.find((scope) => scope.name === name),
        `client scope ${name}`,
      ),
    );
    await change(run, `realm ${run.file.realm}`, `default client scope ${name}`, async () => {
      if (optional.some((scope) => scope.id === id)) await clientScopes.delDefaultOptionalClientScope({ id });
      await clientScopes.addDefaultClientScope({ id });
    });
  }
}
