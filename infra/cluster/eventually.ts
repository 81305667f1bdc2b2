import { setTimeout as delay } from 'node:timers/promises';
import type { Report } from './report.ts';
import { TaskError } from './task-error.ts';

/** What an attempt came to: a value, or words for what is still waited for. */
export type Attempt<T> = { readonly value: T } | { readonly waiting: string };

const BETWEEN_MS = 500;

/**
 * Tries until there is a value, and says what it waits for. An attempt that throws ends it: then waiting would not help.
 *
 * @param seconds the longest wait
 * @param late the whole sentence for when the time is over, from what was waited for last
 * @throws TaskError with that sentence
 */
export async function eventually<T>(
  attempt: () => Promise<Attempt<T>>,
  seconds: number,
  report: Report,
  late: (waiting: string) => string,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const outcome = await attempt();
    if ('value' in outcome) return outcome.value;
    if (Date.now() > deadline) throw new TaskError(late(outcome.waiting));
    report.waiting(outcome.waiting.split('\n')[0] ?? '');
    await delay(BETWEEN_MS);
  }
}
