import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AGAIN = 10;

/** Waits until a condition holds, at most `seconds`; then fails and says what it waited for. */
export async function until(condition: () => boolean | Promise<boolean>, seconds = 5): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`still not after ${seconds} s: ${condition.toString()}`);
    await delay(LOOK_AGAIN);
  }
}
