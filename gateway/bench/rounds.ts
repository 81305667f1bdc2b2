import type { ChildProcess } from 'node:child_process';
import { nextMessage } from './children.ts';
import type { Cast, Contender } from './contenders.ts';
import type { CpuTime } from './cpu-time.ts';
import type { Load, LoadReply, LoadResult } from './load.ts';
import type { Options } from './options.ts';

/** One contender's turn. */
export interface Phase extends LoadResult {
  readonly contender: Contender['name'];
  readonly kind: Load['kind'];
  /** From 0. */
  readonly round: number;
  /** CPU milliseconds of the contender's process for each answer; NaN when it can't be known. */
  readonly cpu: number;
}

/** What the rounds run with. */
export interface Stage {
  readonly cast: Cast;
  /** The process that makes the load. */
  readonly load: ChildProcess;
  readonly cpuTime: CpuTime;
  /** Hears what comes next. */
  progress(text: string): void;
}

/** Compilers and caches should have settled before anything counts. */
const WARM_UP_SECONDS = 2;

/**
 * Gives each contender its turn in each round. The turns are short and the order moves by one each round, so that
 * whatever else the machine does falls on all alike.
 */
export async function runRounds(stage: Stage, options: Options): Promise<Phase[]> {
  const { direct, proxies } = stage.cast;
  const turns = { json: proxies, stream: [direct, ...proxies] };
  const phases: Phase[] = [];
  for (const kind of ['json', 'stream'] as const) {
    stage.progress(`${kind}: warming up`);
    for (const contender of turns[kind]) await turn(stage, contender, kind, -1, WARM_UP_SECONDS);
    for (let round = 0; round < options.rounds; round++) {
      for (const contender of rotated(turns[kind], round)) {
        stage.progress(`${kind}: round ${round + 1} of ${options.rounds}, ${contender.name}`);
        phases.push(await turn(stage, contender, kind, round, options.seconds));
      }
    }
  }
  return phases;
}

const rotated = <T>(items: readonly T[], by: number): readonly T[] => {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
};

async function turn(
  { cast: { token }, load, cpuTime }: Stage,
  { name, url, pid }: Contender,
  kind: Load['kind'],
  round: number,
  seconds: number,
): Promise<Phase> {
  const before = pid === undefined ? Number.NaN : cpuTime(pid);
  load.send({ kind, url, token, seconds } satisfies Load);
  const reply = await nextMessage<LoadReply>(load);
  if ('failed' in reply) throw new Error(`${kind}, ${name}: ${reply.failed}`);
  const used = pid === undefined ? Number.NaN : cpuTime(pid) - before;
  return { ...reply.result, contender: name, kind, round, cpu: used / reply.result.answers };
}
