import type { Contender } from './contenders.ts';
import { type Figure, type Figures, figuresOf } from './figures.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import type { Phase } from './rounds.ts';
import { CONNECTIONS, EVENT_INTERVAL, JSON_ANSWER, JSON_REQUEST, STREAM_EVENTS, STREAMS } from './workload.ts';

const TITLES: readonly [Contender['name'], string][] = [
  ['floor', 'the floor: Node `http` + undici `dispatch`'],
  ['open', 'the gateway, authentication off'],
  ['authenticated', 'the gateway, authentication on'],
];

const COLUMNS: readonly { title: string; key: keyof Figures; scale: number; digits: number }[] = [
  { title: 'requests/s', key: 'rate', scale: 1, digits: 0 },
  { title: 'p50 ms', key: 'p50', scale: 1, digits: 1 },
  { title: 'p99 ms', key: 'p99', scale: 1, digits: 1 },
  { title: 'CPU µs a request', key: 'cpu', scale: 1000, digits: 0 },
  { title: 'first piece of a stream, added p50 ms', key: 'firstP50', scale: 1, digits: 2 },
  { title: 'added p99 ms', key: 'firstP99', scale: 1, digits: 2 },
  { title: 'CPU ms a stream', key: 'streamCpu', scale: 1, digits: 2 },
];

/** What a run is reported with. */
export interface Run {
  readonly phases: readonly Phase[];
  readonly options: Options;
  readonly machine: Machine;
  /** Of the whole run. */
  readonly seconds: number;
  /** Characters of the token. */
  readonly tokenSize: number;
}

/** The table alone, for results and terminal. */
export function table(phases: readonly Phase[]): string {
  const rows = TITLES.map(([name, title]) => {
    const figures = figuresOf(phases, name, 'floor');
    return [title, ...COLUMNS.map(({ key, scale, digits }) => cell(figures[key], scale, digits, name !== 'floor'))];
  });
  const head = ['', ...COLUMNS.map(({ title }) => title)];
  const rule = ['---', ...COLUMNS.map(() => '--:')];
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cell({ value, ratio }: Figure, scale: number, digits: number, compared: boolean): string {
  if (!Number.isFinite(value)) return 'not known here';
  const number = (value * scale).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return compared ? `${number} (${times(ratio)})` : number;
}

const times = (ratio: number) => (ratio > 0 && Number.isFinite(ratio) ? `${ratio.toFixed(2)} ×` : '–');
const range = ({ ratio, lowest, highest }: Figure) =>
  `${times(ratio)} (rounds: ${lowest.toFixed(2)} to ${highest.toFixed(2)})`;

/** The whole of results.md. */
export function report({ phases, options, machine, seconds, tokenSize }: Run): string {
  const toFloor = figuresOf(phases, 'authenticated', 'floor');
  const toOpen = figuresOf(phases, 'authenticated', 'open');
  return `# What the gateway costs

${table(phases)}

In brackets: how many times the floor's; – where a difference was within the noise.

- CPU a request, authentication on, to the floor: ${range(toFloor.cpu)}; a stream: ${range(toFloor.streamCpu)}
- CPU a request, authentication on, to off: ${range(toOpen.cpu)}; a stream: ${range(toOpen.streamCpu)}

## How it was measured

- ${machine.summary}
- ${machine.versions}
- ${machine.date}, ${Math.round(seconds)} s: ${options.rounds} rounds, each contender ${options.seconds} s a round for JSON and for streams, in an order that moves
- a number is the median of the rounds; a multiple is the median of the multiples within one round, so that it does not suffer from a slow minute of the machine
- JSON: POST of ${JSON_REQUEST.asked.length} bytes, answer of ${JSON_ANSWER.length}, ${CONNECTIONS} keep-alive connections, by autocannon
- streams: ${STREAM_EVENTS.length} events, the first at once and then one each ${EVENT_INTERVAL} ms, ${STREAMS} at a time; "added" is beyond the same stream from the upstream itself
- the token: RS256, ${tokenSize} bytes, the same in every request to every contender: who does not check it still reads it
- every answer had to be a 200 with exactly the upstream's bytes, and the upstream had to get exactly the caller's (the gateway's without the provider's prefix of the model); none failed
- the gateway runs as \`gateway/main.ts\` with its default settings: a log line a request, to a file, and metrics
- the floor reads a body, sends it on and passes the answer back: no models, limits, errors, timeouts, log or metrics
- load, upstream, floor and gateway are processes that share the machine

## Again

\`\`\`sh
npm ci
npm run bench -- --seconds ${options.seconds} --rounds ${options.rounds}
\`\`\`
`;
}
