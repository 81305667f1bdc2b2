import { writeFileSync } from 'node:fs';
import { Children } from './children.ts';
import { startCast } from './contenders.ts';
import { createCpuTime } from './cpu-time.ts';
import { errorsOf } from './figures.ts';
import { describeMachine } from './machine.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { report, table } from './report.ts';
import { runRounds } from './rounds.ts';

const RESULTS = new URL('results.md', import.meta.url);
const EXIT_USAGE = 64;
const EXIT_INTERRUPTED = 130;

const say = (text: string) => process.stdout.write(`${text}\n`);
const complain = (text: string) => process.stderr.write(`${text}\n`);

function options(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    complain(`bench: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(EXIT_USAGE);
  }
}

/** @returns whether every answer was right; only then the results are written */
async function bench(wanted: Options, children: Children): Promise<boolean> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const progress = (text: string) => say(`${elapsed().toFixed(0).padStart(4)} s  ${text}`);
  progress('starting upstream, floor, issuer and gateways');
  const cast = await startCast(children);
  const load = children.fork('load.ts');
  const phases = await runRounds({ cast, load, cpuTime: createCpuTime(), progress }, wanted);
  await cast.close();
  say(`\n${table(phases)}\n`);
  const errors = errorsOf(phases);
  if (errors.length > 0) {
    complain(`Answers were wrong or missing; gateway/bench/results.md is left as it was:\n  ${errors.join('\n  ')}`);
    return false;
  }
  const machine = describeMachine();
  writeFileSync(
    RESULTS,
    report({ phases, options: wanted, machine, seconds: elapsed(), tokenSize: cast.token.length }),
  );
  say('Written to gateway/bench/results.md.');
  return true;
}

async function main(): Promise<void> {
  const wanted = options();
  if (wanted.help) return void say(USAGE);
  const children = new Children();
  process.once('exit', () => children.kill());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(EXIT_INTERRUPTED));
  process.exit((await bench(wanted, children)) ? 0 : 1);
}

await main();
