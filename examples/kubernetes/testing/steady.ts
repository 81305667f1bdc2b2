import { setTimeout as delay } from 'node:timers/promises';

const BETWEEN_MS = 100;

/** Requests that go on, one after the other, until they are stopped. */
export interface Steady<T> {
  /** What came so far. */
  readonly answers: readonly (T | string)[];
  /** Ends them, and gives what came: results, and what went wrong as text. */
  readonly stop: () => Promise<readonly (T | string)[]>;
}

/** Does something up to ten times a second in each of some lanes, for as long as a test breaks what it relies on. */
export function steadily<T>(ask: () => Promise<T>, lanes = 1): Steady<T> {
  const answers: (T | string)[] = [];
  const end = new AbortController();
  const lane = async () => {
    while (!end.signal.aborted) {
      answers.push(await ask().catch((error: unknown) => String(error)));
      await delay(BETWEEN_MS);
    }
  };
  const loops = Array.from({ length: lanes }, lane);
  return {
    answers,
    stop: async () => {
      end.abort();
      await Promise.all(loops);
      return answers;
    },
  };
}
