import { difference, settingsOf } from './merge.ts';
import { change, type Run } from './run.ts';

/** Creates the realm from the whole file when there is none, else brings its own settings up to those that the file names. */
export async function reconcileRealmSettings(run: Run): Promise<void> {
  const { realms } = run.admin.api;
  const { realm } = run.file;
  const current = await realms.findOne({ realm });
  if (!current) return change(run, `realm ${realm}`, 'created', () => realms.create(run.file)).then(() => undefined);
  const { patch, fields } = difference(current, settingsOf(run.file));
  // Only what changes: a whole representation would put back what somebody else changes at this moment.
  if (fields.length > 0) await change(run, `realm ${realm}`, fields, () => realms.update({ realm }, patch));
}
