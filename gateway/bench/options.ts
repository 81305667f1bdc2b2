import { parseArgs } from 'node:util';

/** How long a benchmark runs. */
export interface Options {
  readonly help: boolean;
  /** Seconds of each phase. */
  readonly seconds: number;
  /** Phases of each contender and kind of load. */
  readonly rounds: number;
}

const DEFAULTS = { seconds: '3', rounds: '5' } as const;

export const USAGE = `npm run bench -- [--seconds ${DEFAULTS.seconds}] [--rounds ${DEFAULTS.rounds}]

Compares the gateway, with authentication off and on, with the least that a proxy on Node can do.
Writes gateway/bench/results.md. Wants a machine that does nothing else.

  --seconds  how long each phase of load lasts
  --rounds   how often each contender has its turn; medians are reported
  --help     this text
`;

/** @throws TypeError for unknown options and numbers that are none */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      seconds: { type: 'string', default: DEFAULTS.seconds },
      rounds: { type: 'string', default: DEFAULTS.rounds },
    },
  });
  return { help: values.help, seconds: count('seconds', values.seconds), rounds: count('rounds', values.rounds) };
}

function count(name: string, text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new TypeError(`--${name} must be a whole number from 1 to 9999`);
  return Number(text);
}
