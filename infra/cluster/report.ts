/** What a task says while it works. All of it goes to standard error: standard output is for results. */
export interface Report {
  /** Something that was done, or starts. */
  readonly line: (text: string) => void;
  /** What is waited for at the moment: said once, and again every ten seconds. */
  readonly waiting: (text: string) => void;
}

const REPEAT_MS = 10_000;

export function reportTo(write: (text: string) => void, now = Date.now): Report {
  const began = now();
  let last = '';
  let said = 0;
  return {
    line: (text) => {
      last = '';
      write(`${text}\n`);
    },
    waiting: (text) => {
      if (text === last && now() - said < REPEAT_MS) return;
      last = text;
      said = now();
      write(`  ${Math.round((said - began) / 1000)} s  ${text}\n`);
    },
  };
}
