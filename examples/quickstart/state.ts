import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const schema = z.object({
  pid: z.number(),
  gatewayUrl: z.string(),
  metricsUrl: z.string(),
  modelServerUrl: z.string(),
  issuer: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
  username: z.string(),
  password: z.string(),
  /** Keycloak's bootstrap administrator, when the real Keycloak runs. */
  administrator: z.object({ username: z.string(), password: z.string() }).optional(),
  pids: z.object({ gateway: z.number(), identityProvider: z.number(), modelServer: z.number() }),
});

/** What a running stack tells its tools: addresses, process ids and the credentials of this run. */
export type State = z.infer<typeof schema>;

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The folder for what a stack keeps while it runs: `GATEHOUSE_STATE_DIR`, or `.gatehouse` in the repository. */
export function stateDirectory(env: Readonly<Record<string, string | undefined>>): string {
  return env['GATEHOUSE_STATE_DIR'] || join(ROOT, '.gatehouse');
}

const fileIn = (directory: string): string => join(directory, 'quickstart.json');

/** Writes the state so that only its owner can read it. */
export function writeState(directory: string, state: State): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  rmSync(fileIn(directory), { force: true }); // a mode is given to new files only
  writeFileSync(fileIn(directory), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
}

/** The state of the stack that was started last, or `undefined` when none left a readable one. */
export function readState(directory: string): State | undefined {
  try {
    return schema.parse(JSON.parse(readFileSync(fileIn(directory), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Removes the state, unless another stack has written its own since. */
export function removeState(directory: string, pid: number): void {
  if (readState(directory)?.pid === pid) rmSync(fileIn(directory), { force: true });
}

/** Tells whether a process exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
