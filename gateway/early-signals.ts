/**
 * Imported before everything else, so that signals count while the rest is loaded: the first process of a container has no
 * default for them, and a pod deleted in its first moments would otherwise wait out its whole grace period.
 */
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
const leave = () => process.exit(0);

for (const signal of SIGNALS) process.on(signal, leave);

/** From now on someone else listens to signals. */
export function startIsOver(): void {
  for (const signal of SIGNALS) process.off(signal, leave);
}
