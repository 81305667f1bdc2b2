import { differenceOfClientSecrets } from './client-secret.ts';
import type { BootstrapContext } from './context.ts';
import { commandFor, lacking, type NeededSecret, secretsOf } from './secret-keys.ts';
import { describeSecret, readSecret } from './secret-store.ts';

/** Mode `existing`: what the Secrets of Keycloak and its database lack, each with the command that gives it. */
export async function missingOfIdentity(context: BootstrapContext): Promise<string[]> {
  const { admin, database, realm } = secretsOf(context);
  const found = await Promise.all([admin, database, realm].map((secret) => missingOf(context, secret)));
  return found.flat();
}

/** Mode `existing`: what the Secret of the gateway lacks, and whether its client secret is another than Keycloak's. */
export async function missingOfGateway(context: BootstrapContext): Promise<string[]> {
  const secrets = secretsOf(context);
  const [realm, gateway] = await Promise.all(
    [secrets.realm, secrets.gateway].map((secret) => readSecret(context.cluster, secret)),
  );
  const difference = differenceOfClientSecrets(secrets, realm?.texts, gateway?.texts);
  return [...(await missingOf(context, secrets.gateway)), ...(difference ? [difference] : [])];
}

async function missingOf({ cluster }: BootstrapContext, secret: NeededSecret): Promise<string[]> {
  const present = await readSecret(cluster, secret);
  const keys = lacking(secret.keys, present?.texts);
  if (keys.length === 0) return [];
  const what = present ? `lacks ${keys.join(', ')}` : 'is absent';
  return [`${describeSecret(secret)} ${what}: ${commandFor(secret, keys, Boolean(present))}`];
}
