import type { Contender } from './contenders.ts';
import type { Phase } from './rounds.ts';
import { median } from './statistics.ts';

/** One number of a contender over all rounds. */
export interface Figure {
  /** The median of the rounds. */
  readonly value: number;
  /**
   * The median of the rounds' quotients with the same round's base, with the lowest and the highest. NaN when a round
   * has no positive number: an added time that is smaller than the noise cannot be a multiple of anything.
   */
  readonly ratio: number;
  readonly lowest: number;
  readonly highest: number;
}

/** What is reported of a contender. Times are milliseconds. */
export interface Figures {
  readonly rate: Figure;
  readonly p50: Figure;
  readonly p99: Figure;
  /** CPU time for a request, and for a stream. */
  readonly cpu: Figure;
  readonly streamCpu: Figure;
  /** Until a stream's first piece, beyond what it takes without a proxy. */
  readonly firstP50: Figure;
  readonly firstP99: Figure;
}

type Name = Contender['name'];

/** Works out a contender's figures, as multiples of another one's. */
export function figuresOf(phases: readonly Phase[], contender: Name, base: Name): Figures {
  const rows = (kind: Phase['kind'], name: Name) =>
    phases.filter((phase) => phase.kind === kind && phase.contender === name).sort((a, b) => a.round - b.round);
  const json = (read: (phase: Phase) => number) =>
    figure(rows('json', contender).map(read), rows('json', base).map(read));
  const stream = (read: (phase: Phase) => number) =>
    figure(rows('stream', contender).map(read), rows('stream', base).map(read));
  const direct = rows('stream', 'direct');
  const added = (key: 'p50' | 'p99') => stream((phase) => phase[key] - (direct[phase.round]?.[key] ?? Number.NaN));
  return {
    rate: json(({ answers, seconds }) => answers / seconds),
    p50: json(({ p50 }) => p50),
    p99: json(({ p99 }) => p99),
    cpu: json(({ cpu }) => cpu),
    streamCpu: stream(({ cpu }) => cpu),
    firstP50: added('p50'),
    firstP99: added('p99'),
  };
}

function figure(values: readonly number[], base: readonly number[]): Figure {
  const comparable = [...values, ...base].every((value) => value > 0);
  const ratios = values.map((value, round) => (comparable ? value / (base[round] ?? Number.NaN) : Number.NaN));
  return {
    value: median(values),
    ratio: median(ratios),
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  };
}

/** Everything that went wrong in any phase, a line each. */
export function errorsOf(phases: readonly Phase[]): string[] {
  return phases.flatMap(({ contender, kind, round, errors, answers }) => [
    ...Object.entries(errors).map(([what, count]) => `${kind}, ${contender}, round ${round + 1}: ${count} × ${what}`),
    ...(answers === 0 ? [`${kind}, ${contender}, round ${round + 1}: no answers`] : []),
  ]);
}
