import { setTimeout as delay } from 'node:timers/promises';
import type UserRepresentation from '@keycloak/keycloak-admin-client/lib/defs/userRepresentation.js';
import { z } from 'zod';
import { change, idOf, type Run } from './run.ts';

const refusal = z.object({ error: z.string(), error_description: z.string().optional() });
const tokens = z.object({ refresh_token: z.string() });
const signIns = z.object({ disabled: z.boolean(), numFailures: z.number() });

/** Keycloak counts a failed sign-in a moment after it has answered. */
const COUNTED_MS = 5000;

/**
 * Sets a user's password when the user has none, or when Keycloak says that it is not the file's. Keycloak tells that only
 * to who signs in, so a token is asked for with the password:
 *
 * - it is the right one: the session is ended at once. Nothing was changed, except that Keycloak forgets failed sign-ins,
 *   as at each sign-in.
 * - it is a wrong one: it is set, and failed sign-ins, which would count towards a lock, are forgotten.
 *
 * Nothing is asked, and the password left alone, where the answer would say nothing of the password, or could never become
 * better: the user is locked out at the moment (the next run asks), signs in with a second factor, comes from a directory,
 * or the file has no client with a secret that may use the password grant.
 */
export async function reconcilePassword(run: Run, user: UserRepresentation, password: string): Promise<void> {
  const { users, attackDetection } = run.admin.api;
  const id = idOf(user);
  const types = (await users.getCredentials({ id })).map(({ type }) => type);
  if (user.federationLink || types.includes('otp')) return;
  if (types.includes('password') && !(await isWrong(run, user, password))) return;
  await change(run, `user ${user.username}`, 'password', async () => {
    await attackDetection.del({ id }); // first: when the password cannot be set, the question must not count either
    await users.resetPassword({ id, credential: { type: 'password', value: password, temporary: false } });
  });
}

/** Whether Keycloak says that it is not this user's password. */
async function isWrong(run: Run, user: UserRepresentation, password: string): Promise<boolean> {
  const before = await signInsOf(run, user);
  if (before.disabled || !(await isRefused(run, user, password))) return false;
  const realm = await run.admin.api.realms.findOne({ realm: run.file.realm });
  if (!realm?.bruteForceProtected) return true;
  // A sign-in beside another one of the same user is refused without a look at the password, and is not counted.
  for (const end = performance.now() + COUNTED_MS; performance.now() < end; await delay(50)) {
    if ((await signInsOf(run, user)).numFailures > before.numFailures) return true;
  }
  return false;
}

const signInsOf = async ({ admin }: Run, user: UserRepresentation) =>
  signIns.parse(await admin.api.attackDetection.findOne({ id: idOf(user) }));

/** Asks for a token with the password, and ends the session that this begins. */
async function isRefused(run: Run, user: UserRepresentation, password: string): Promise<boolean> {
  const client = run.file.clients?.find(({ secret, directAccessGrantsEnabled: allowed }) => secret && allowed);
  if (!client?.secret) return false;
  const { realm } = run.file;
  const credentials = { client_id: client.clientId, client_secret: client.secret };
  const form = { ...credentials, grant_type: 'password', username: user.username ?? '', password };
  const response = await run.admin.post(realm, 'protocol/openid-connect/token', form);
  const answer: unknown = await response.json().catch(() => undefined);
  const { data: session } = tokens.safeParse(answer);
  if (session) {
    const logout = { ...credentials, refresh_token: session.refresh_token };
    const ended = await run.admin.post(realm, 'protocol/openid-connect/logout', logout);
    await ended.body?.cancel(); // a session that could not be ended times out
  }
  const { error, error_description: reason } = refusal.safeParse(answer).data ?? {};
  // The same code with another reason (`Account is not fully set up`) comes after the password was found right.
  return error === 'invalid_grant' && reason === 'Invalid user credentials';
}
