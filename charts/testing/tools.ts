import { execFileSync } from 'node:child_process';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why tests of the chart are skipped; empty when they are not. */
    readonly helmMissing: string;
  }
}

const HOW = 'helm is missing. Get it from https://helm.sh/docs/intro/install';

/** Looks for helm once. Without it tests of the chart are skipped; with REQUIRE_TOOLS=1 that is an error. */
export function setup(project: TestProject): void {
  try {
    execFileSync('helm', ['version'], { stdio: 'ignore' });
    project.provide('helmMissing', '');
  } catch {
    if (process.env['REQUIRE_TOOLS'] === '1') throw new Error(HOW);
    process.stderr.write(`Tests of the chart are skipped: ${HOW}\n`);
    project.provide('helmMissing', HOW);
  }
}
