/** Writes one line for the user. */
export type Say = (line: string) => void;

const FIRST_MS = 2000;
const EVERY_MS = 5000;

/** Waits for a promise; says what is being waited for after 2 s, and then every 5 s. */
export async function withProgress<T>(say: Say, what: string, promise: Promise<T>): Promise<T> {
  const start = Date.now();
  const report = () => {
    say(`… ${what} (${Math.round((Date.now() - start) / 1000)} s)`);
    timer = setTimeout(report, EVERY_MS);
  };
  let timer = setTimeout(report, FIRST_MS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
