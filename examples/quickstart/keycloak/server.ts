import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from './database.ts';
import type { Java } from './java.ts';

/** How Keycloak is started. */
export interface KeycloakOptions {
  /** An unpacked, built Keycloak. It is only read. */
  readonly distribution: string;
  /** An empty folder for this run: Keycloak's data and the realm to import. */
  readonly directory: string;
  readonly realmFile: string;
  readonly java: Java;
  readonly database: Database;
  readonly port: number;
  /** Fills the realm file's placeholders, and `KC_BOOTSTRAP_ADMIN_*`. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A Keycloak that was started; it may not answer yet. */
export interface Keycloak {
  /** Resolves when it ends, with its last lines. */
  readonly exited: Promise<string>;
  readonly stop: () => Promise<void>;
}

const TAIL_LINES = 30;
const STOP_MS = 15_000;

/** Starts Keycloak on 127.0.0.1 and imports the realm. */
export function startKeycloak(options: KeycloakOptions): Keycloak {
  const { directory, java, env } = options;
  prepareHome(options);
  const child = spawn(join(directory, 'bin/kc.sh'), ['start', '--optimized', '--import-realm'], {
    cwd: directory,
    env: { ...env, ...settings(options), JAVA_HOME: java.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = tailOf(child);
  return { exited, stop: () => stop(child, exited) };
}

/** Resolves when the issuer's discovery document is there. Throws when the signal aborts first. */
export async function answering(issuer: string, signal: AbortSignal): Promise<void> {
  const url = `${issuer}/.well-known/openid-configuration`;
  for (;;) {
    if (signal.aborted) throw new Error(`Keycloak does not answer at ${url}.`);
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await delay(100);
  }
}

/**
 * A Keycloak home of its own for this run: what does not change is linked, `data` is real. The start script is copied,
 * because it takes the folder above its own as home.
 */
function prepareHome({ distribution, directory, realmFile }: KeycloakOptions): void {
  mkdirSync(join(directory, 'bin'));
  mkdirSync(join(directory, 'tmp'));
  mkdirSync(join(directory, 'data/import'), { recursive: true });
  copyFileSync(join(distribution, 'bin/kc.sh'), join(directory, 'bin/kc.sh'));
  for (const name of ['lib', 'conf', 'providers', 'themes'])
    symlinkSync(join(distribution, name), join(directory, name));
  // Keycloak insists on the name <realm>-realm.json.
  copyFileSync(realmFile, join(directory, 'data/import/inference-gateway-realm-realm.json'));
}

function settings({ database, directory, port }: KeycloakOptions): Record<string, string> {
  return {
    KC_DB_URL: `jdbc:postgresql://127.0.0.1:${database.port}/${database.name}`,
    KC_DB_USERNAME: database.user,
    KC_DB_PASSWORD: database.password,
    KC_HTTP_ENABLED: 'true',
    KC_HTTP_HOST: '127.0.0.1',
    KC_HTTP_PORT: String(port),
    KC_HOSTNAME: `http://127.0.0.1:${port}`,
    JAVA_OPTS_APPEND: `-Djava.io.tmpdir=${directory}/tmp`,
  };
}

function tailOf(child: ChildProcess): Promise<string> {
  const tail: string[] = [];
  const keep = (line: string) => {
    tail.push(line);
    if (tail.length > TAIL_LINES) tail.shift();
  };
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', keep);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(tail.join('\n')));
  });
}

async function stop(child: ChildProcess, exited: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  child.kill('SIGTERM');
  await exited;
  clearTimeout(timer);
}
