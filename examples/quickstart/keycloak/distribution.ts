import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Say, withProgress } from '../progress.ts';
import { downloadKeycloak, KEYCLOAK_VERSION } from './download.ts';
import type { Java } from './java.ts';

const run = promisify(execFile);

/** Options that Keycloak fixes when it is built. They are part of the cached folder's name. */
const BUILD = ['--db=postgres', '--cache=local'];
const FOLDER = `keycloak-${KEYCLOAK_VERSION}-postgres-local`;

/** The folder for downloads that outlive a run: `$XDG_CACHE_HOME/gatehouse` or `~/.cache/gatehouse`. */
export function cacheDirectory(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] ?? homedir(), '.cache'), 'gatehouse');
}

/**
 * The folder of an unpacked Keycloak that is built for PostgreSQL, made once. It appears under its name only when it is
 * whole, so half a download does no harm, and nothing writes into it afterwards. An archive
 * `keycloak-<version>.tar.gz` in the cache directory is used in place of a download. An aborted signal ends it early.
 */
export async function ensureKeycloak(cache: string, java: Java, say: Say, signal: AbortSignal): Promise<string> {
  const home = join(cache, FOLDER);
  if (existsSync(home)) return home;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, '.unfinished-'));
  try {
    const archive = await archiveFor(cache, work, say, signal);
    await withProgress(say, 'unpacking Keycloak', run('tar', ['-xzf', archive, '-C', work], { signal }));
    const unpacked = join(work, `keycloak-${KEYCLOAK_VERSION}`);
    await withProgress(say, 'preparing Keycloak for PostgreSQL, once', build(unpacked, java, signal));
    await publish(unpacked, home);
    return home;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function archiveFor(cache: string, work: string, say: Say, signal: AbortSignal): Promise<string> {
  const own = join(cache, `keycloak-${KEYCLOAK_VERSION}.tar.gz`);
  if (existsSync(own)) return own;
  try {
    return await withProgress(say, 'downloading', downloadKeycloak(work, say, signal));
  } catch (error) {
    const advice = `Put the archive at ${own} to go on without a download.`;
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${advice}`);
  }
}

async function build(home: string, java: Java, signal: AbortSignal): Promise<void> {
  try {
    const env = { ...process.env, JAVA_HOME: java.home };
    await run(join(home, 'bin/kc.sh'), ['build', ...BUILD], { env, signal });
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout).trim() : '';
    throw new Error(`Keycloak could not be prepared:\n${output || String(error)}`);
  }
}

/** Gives the folder its name. When another run was faster, its folder stays. */
async function publish(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
