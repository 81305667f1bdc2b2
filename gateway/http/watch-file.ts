import { unwatchFile, watchFile as watchStat } from 'node:fs';

/** Kubernetes swaps mounted files by a symbolic link, which only a look at the target's state sees on every platform. */
const POLL_INTERVAL = 5_000;

/** Calls back after a file's content was replaced. @returns a function that ends the watching */
export function watchFile(path: string, changed: () => void): () => void {
  const listener = (now: { mtimeMs: number; ino: number }, before: { mtimeMs: number; ino: number }) => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) changed();
  };
  watchStat(path, { interval: POLL_INTERVAL, persistent: false }, listener);
  return () => unwatchFile(path, listener);
}
