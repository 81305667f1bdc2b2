import { spawn } from 'node:child_process';
import { TaskError } from './task-error.ts';

/**
 * Runs a program of the user's, its output on standard error.
 *
 * @param how where to get it, for when it is missing
 * @throws TaskError when it is missing or fails
 */
export async function runTool(
  program: string,
  args: readonly string[],
  how: string,
  options: { input?: string; environment?: Readonly<Record<string, string | undefined>> } = {},
): Promise<void> {
  const child = spawn(program, args, {
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 2, 2],
    env: { ...process.env, ...options.environment },
  });
  child.stdin?.end(options.input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('close', resolve).once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new TaskError(
          error.code === 'ENOENT' ? `${program} is missing. ${how}` : `${program} cannot be run: ${error.message}`,
        ),
      );
    });
  });
  if (code !== 0) throw new TaskError(`${program} ${args[0]} failed; what it said is above.`);
}
