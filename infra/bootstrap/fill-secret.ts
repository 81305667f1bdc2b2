import { TaskError } from '../cluster/task-error.ts';
import type { BootstrapContext } from './context.ts';
import { commandFor, lacking, type NeededSecret } from './secret-keys.ts';
import { describeSecret, readSecret, settleSecret, type Texts } from './secret-store.ts';

/**
 * Makes a Secret, or adds the keys that it lacks. Keys that are there keep their values.
 *
 * @param newValue asked only for keys that are absent
 * @returns the values that are in the cluster afterwards, and whether something was written
 */
export function fillSecret(
  { cluster, report }: BootstrapContext,
  secret: NeededSecret,
  newValue: (key: string) => string | Promise<string>,
): Promise<{ texts: Texts; written: boolean }> {
  return settleSecret(
    cluster,
    secret,
    async (present) => {
      const keys = lacking(secret.keys, present?.texts);
      if (keys.length === 0) return undefined;
      const values = await Promise.all(keys.map(async (key) => [key, await newValue(key)]));
      return { texts: Object.fromEntries(values), verb: `added ${keys.join(', ')} to` };
    },
    report,
  );
}

/** Which environment variable holds the value of a key, for keys that cannot be generated. */
export type Variables = Readonly<Record<string, string>>;

/**
 * The source of values that only the user has: environment variables of the task.
 *
 * @throws TaskError naming every key that neither the Secret nor the environment has, and both ways to give it
 */
export async function fromEnvironment(
  { cluster, environment }: BootstrapContext,
  secret: NeededSecret,
  variables: Variables,
): Promise<(key: string) => string> {
  const given = (key: string) => environment[variables[key] ?? ''];
  const present = await readSecret(cluster, secret);
  const missing = lacking(Object.keys(variables), present?.texts).filter((key) => !given(key));
  const stop = (keys: readonly string[]) => {
    const names = keys.map((key) => variables[key]).join(', ');
    return new TaskError(
      `${describeSecret(secret)} lacks ${keys.join(', ')}, which cannot be generated. ` +
        `Export ${names} for the task, or put the values there yourself: ${commandFor(secret, keys, Boolean(present))}`,
    );
  };
  if (missing.length > 0) throw stop(missing);
  return (key) => {
    const value = given(key);
    // The Secret had it a moment ago.
    if (!value) throw stop([key]);
    return value;
  };
}
