import { execFile } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Say } from '../progress.ts';

const run = promisify(execFile);

/** The Keycloak that the quickstart runs. */
export const KEYCLOAK_VERSION = '26.7.3';

const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${KEYCLOAK_VERSION}:tar.gz`;
const RELEASE = `https://github.com/keycloak/keycloak/releases/download/${KEYCLOAK_VERSION}/keycloak-${KEYCLOAK_VERSION}.tar.gz`;
const REPORT_EVERY_MS = 2000;
const DEADLINE_MS = 15 * 60_000;

/**
 * Puts Keycloak's archive into a folder and returns its path: by Maven when it is installed, otherwise from Keycloak's
 * release page. Throws an `Error` that says why both failed.
 */
export async function downloadKeycloak(folder: string, say: Say, signal: AbortSignal): Promise<string> {
  const failures: string[] = [];
  for (const [name, fetchArchive] of [['Maven', byMaven] as const, ['GitHub', fromRelease] as const]) {
    try {
      say(`Downloading Keycloak ${KEYCLOAK_VERSION} (170 MB, once) with ${name} …`);
      return await fetchArchive(folder, AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]), say);
    } catch (error) {
      signal.throwIfAborted();
      failures.push(`${name}: ${reasonOf(error)}`);
    }
  }
  throw new Error(`Keycloak could not be downloaded.\n${failures.join('\n')}`);
}

async function byMaven(folder: string, signal: AbortSignal): Promise<string> {
  const args = ['-B', '-q', 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${folder}`];
  await run('mvn', args, { cwd: folder, signal });
  const archive = join(folder, `keycloak-quarkus-dist-${KEYCLOAK_VERSION}.tar.gz`);
  if (!existsSync(archive)) throw new Error('Maven left no archive behind');
  return archive;
}

async function fromRelease(folder: string, signal: AbortSignal, say: Say): Promise<string> {
  const response = await fetch(RELEASE, { signal });
  if (!response.ok || !response.body) throw new Error(`${RELEASE} answered ${response.status}`);
  const total = Number(response.headers.get('content-length'));
  const part = join(folder, 'keycloak.tar.gz.part');
  await pipeline(Readable.fromWeb(response.body), counter(total, say), createWriteStream(part));
  const archive = join(folder, 'keycloak.tar.gz');
  await rename(part, archive);
  return archive;
}

/** Passes bytes on and says from time to time how many there were. */
function counter(total: number, say: Say) {
  return async function* (source: AsyncIterable<Buffer>) {
    let received = 0;
    let reported = Date.now();
    for await (const chunk of source) {
      received += chunk.length;
      if (Date.now() - reported >= REPORT_EVERY_MS) {
        reported = Date.now();
        say(`… ${Math.round(received / 1e6)} of ${Math.round(total / 1e6)} MB`);
      }
      yield chunk;
    }
    if (total > 0 && received !== total) throw new Error(`the download ended after ${received} of ${total} bytes`);
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'ENOENT') return 'not installed';
  const output = 'stdout' in error ? String(error.stdout).trim().split('\n').slice(0, 3).join('\n') : '';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return output || `${error.message}${cause}`;
}
