import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory } from '../keycloak/distribution.ts';
import { type Finished, runProgram } from './run-stack.ts';

/** The OpenAI SDK that the tests use. */
const REQUIREMENT = 'openai==3.57.0';

/**
 * A Python with the OpenAI SDK, in a virtual environment that is made once and kept in the cache. Returns the reason as
 * `missing` when this machine has no Python, or its packages cannot be fetched.
 */
export async function pythonWithOpenai(env: NodeJS.ProcessEnv): Promise<{ python: string } | { missing: string }> {
  const folder = join(cacheDirectory(env), `python-${REQUIREMENT}`);
  const python = join(folder, 'bin/python');
  const ready = join(folder, '.ready');
  if (existsSync(ready)) return { python };
  rmSync(folder, { recursive: true, force: true });
  const made = await attempt('python3', ['-m', 'venv', folder], env);
  if (made) return { missing: `Python 3.9 with venv is missing (apt install python3-venv): ${made}` };
  const installed = await attempt(python, ['-m', 'pip', 'install', '--quiet', REQUIREMENT], env);
  if (installed) return { missing: `pip cannot install ${REQUIREMENT}: ${installed}` };
  writeFileSync(ready, '');
  return { python };
}

/** Why a program failed, or nothing. */
async function attempt(program: string, args: string[], env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const ended: Partial<Finished> = await runProgram(program, args, env).catch((error: Error) => ({
    stderr: error.message,
  }));
  return ended.code === 0 ? undefined : ended.stderr?.trim() || ended.stdout?.trim() || 'it failed';
}
