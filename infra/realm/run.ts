import type { Admin } from './admin.ts';
import type { RealmFile } from './realm-file.ts';
import { ChangeFailed } from './reconcile-error.ts';

/**
 * What was created or changed, in words: `client inference-gateway-client: redirectUris`. It names things and fields, never
 * values.
 */
export type Change = string;

/** A reconcile at work. */
export interface Run {
  readonly admin: Admin;
  readonly file: RealmFile;
  /** What was done so far. */
  readonly changes: Change[];
}

/** Does what changes something in Keycloak, and notes it when it is done. Throws {@link ChangeFailed} with its cause. */
export async function change<T>(
  run: Run,
  subject: string,
  what: string | readonly string[],
  act: () => Promise<T>,
): Promise<T> {
  const words = `${subject}: ${typeof what === 'string' ? what : what.join(', ')}`;
  try {
    const result = await act();
    run.changes.push(words);
    return result;
  } catch (error) {
    throw new ChangeFailed(words, error);
  }
}

/** The thing that must be there by now. Throws an `Error` when it is not: the realm file names what nobody defined. */
export function existing<T>(thing: T | undefined, what: string): T {
  if (thing === undefined)
    throw new Error(`The realm file refers to ${what}, which is neither in the file nor in the realm.`);
  return thing;
}

/** The id that Keycloak gives to each thing. */
export function idOf(thing: { readonly id?: string }): string {
  if (thing.id === undefined) throw new TypeError('a representation without id');
  return thing.id;
}
