import { TaskError } from '../cluster/task-error.ts';
import type { BootstrapContext } from './context.ts';
import { fillSecret } from './fill-secret.ts';
import { randomPassword } from './random-password.ts';
import { CLIENT_SECRET, type NeededSecrets, secretsOf } from './secret-keys.ts';
import { describeSecret, readSecret, type Texts } from './secret-store.ts';

/**
 * The Secret with the values of the realm file's placeholders. Its client secret is the one that counts: the gateway's Secret
 * gets a copy. Where only the gateway's has one, it is taken over first, so whoever runs first, or both at once, end with one.
 *
 * @throws TaskError when both have one, and not the same
 */
export async function makeRealmSecret(context: BootstrapContext): Promise<Texts> {
  const secrets = secretsOf(context);
  const gatewayTexts = async () => (await readSecret(context.cluster, secrets.gateway))?.texts;
  const { texts } = await fillSecret(
    context,
    secrets.realm,
    async (key) => (key === CLIENT_SECRET && (await gatewayTexts())?.[CLIENT_SECRET]) || randomPassword(),
  );
  const difference = differenceOfClientSecrets(secrets, texts, await gatewayTexts());
  if (difference) throw new TaskError(difference);
  return texts;
}

/** Why the two client secrets cannot work together; undefined when they are the same, or one is still absent. */
export function differenceOfClientSecrets(
  { realm, gateway }: NeededSecrets,
  realmTexts: Texts | undefined,
  gatewayTexts: Texts | undefined,
): string | undefined {
  const [first, second] = [realmTexts?.[CLIENT_SECRET], gatewayTexts?.[CLIENT_SECRET]];
  if (!first || !second || first === second) return undefined;
  const value = `$(kubectl -n ${realm.namespace} get secret ${realm.name} -o jsonpath={.data.${CLIENT_SECRET}})`;
  return (
    `${CLIENT_SECRET} of ${describeSecret(realm)} and of ${describeSecret(gateway)} differ. Keycloak uses the first; give it to the gateway: ` +
    `kubectl -n ${gateway.namespace} patch secret ${gateway.name} --type merge -p "{\\"data\\":{\\"${CLIENT_SECRET}\\":\\"${value}\\"}}"`
  );
}
