import { loadJson } from './load-json.ts';
import { loadStreams } from './load-streams.ts';

/** One phase of load. */
export interface Load {
  readonly kind: 'json' | 'stream';
  readonly url: string;
  readonly token: string;
  readonly seconds: number;
}

/** What a phase found. Times are milliseconds: of whole answers (JSON), or until the first piece of one (streams). */
export interface LoadResult {
  /** Answers that were whole and right. */
  readonly answers: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  /** Everything that went wrong, each with how often. */
  readonly errors: Readonly<Record<string, number>>;
}

/** What the load process sends for one {@link Load}. */
export type LoadReply = { readonly result: LoadResult } | { readonly failed: string };

/** The process that makes the load: takes one {@link Load} after the other from its parent, and ends with it. */
if (process.send) {
  process.once('disconnect', () => process.exit(0));
  process.on('message', (load: Load) => {
    const run = load.kind === 'json' ? loadJson(load) : loadStreams(load);
    run.then(
      (result) => process.send?.({ result } satisfies LoadReply),
      (error: unknown) => process.send?.({ failed: String(error) } satisfies LoadReply),
    );
  });
}
