import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { taskDone } from '../../../infra/testing/run.ts';

const LOCAL = new URL('../../../infra/deployments/local.ts', import.meta.url);

/** What running a task of another deployment printed. */
export type Runner = (name: string) => Promise<{ readonly stdout: string; readonly stderr: string }>;

/**
 * Deploys `local` with some of its choices replaced, by a deployment file of its own, and brings `local` back when `body` is
 * done.
 *
 * @param choices the source of an object whose keys take the place of those of `local`
 */
export async function withChoices(choices: string, body: (task: Runner) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'deployment-'));
  const file = join(directory, 'other.ts');
  writeFileSync(
    file,
    `import { deployment as local } from '${LOCAL.href}';\nexport const deployment = { ...local, ...${choices} };\n`,
  );
  try {
    await body((name) => taskDone(name, { env: { DEPLOYMENT: file } }));
  } finally {
    rmSync(directory, { recursive: true });
    await taskDone('deploy-infrastructure');
    await taskDone('deploy-inference-gateway');
  }
}
