import { BOOTSTRAP_ADMIN, CLIENT_ID, KEYCLOAK } from '../names.ts';
import { makeRealmSecret } from './client-secret.ts';
import type { BootstrapContext } from './context.ts';
import { hasDatabaseVolume, volumeWithoutPassword } from './database-volume.ts';
import { fillSecret, fromEnvironment } from './fill-secret.ts';
import { randomPassword } from './random-password.ts';
import { CLIENT_SECRET, secretsOf } from './secret-keys.ts';
import { describeSecret } from './secret-store.ts';

/** Mode `generate`: the Secrets of Keycloak and its database. */
export async function generateIdentitySecrets(context: BootstrapContext): Promise<void> {
  const { admin } = secretsOf(context);
  // Looked at before the Secrets: a volume that someone makes meanwhile has the password of a Secret that was there first.
  const volume = await hasDatabaseVolume(context);
  await makeDatabaseSecret(context, volume);
  const { written } = await fillSecret(context, admin, (key) =>
    key === 'username' ? BOOTSTRAP_ADMIN : randomPassword(),
  );
  if (written && volume) {
    context.report(
      `warning: the database is older than ${describeSecret(admin)}, and Keycloak keeps the administrator of its first start: if the password is not the old one, restore it`,
    );
  }
  await makeRealmSecret(context);
}

/** Mode `generate`: the Secret of the gateway; provider keys come from the environment. */
export async function generateGatewaySecret(context: BootstrapContext): Promise<void> {
  const { gateway } = secretsOf(context);
  const { providerKeys } = context.deployment.gateway;
  const given = await fromEnvironment(context, gateway, Object.fromEntries(providerKeys.map((key) => [key, key])));
  const realm = await makeRealmSecret(context);
  const known: Record<string, string | undefined> = {
    OIDC_CLIENT_ID: CLIENT_ID,
    [CLIENT_SECRET]: realm[CLIENT_SECRET],
  };
  await fillSecret(context, gateway, (key) => known[key] ?? given(key));
}

/** A password is made only for a database that is still to be made; elsewhere it is the database that decides. */
async function makeDatabaseSecret(context: BootstrapContext, volume: boolean): Promise<void> {
  const { database } = secretsOf(context);
  if (context.deployment.database.mode === 'external') {
    const variables = { username: 'KEYCLOAK_DB_USERNAME', password: 'KEYCLOAK_DB_PASSWORD' };
    const given = await fromEnvironment(context, database, variables);
    await fillSecret(context, database, given);
    return;
  }
  await fillSecret(context, database, (key) => {
    if (key === 'username') return KEYCLOAK;
    if (volume) throw volumeWithoutPassword(context);
    return randomPassword();
  });
}
