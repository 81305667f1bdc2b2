import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Ports } from '../ports.ts';
import { type Say, withProgress } from '../progress.ts';
import type { startDatabase } from './database.ts';
import { cacheDirectory, ensureKeycloak } from './distribution.ts';
import { findJava } from './java.ts';
import { makeBinariesReachable } from './reachable-binaries.ts';
import { answering, startKeycloak } from './server.ts';

const HELP = `Runs Keycloak on an embedded PostgreSQL with the realm of the gateway. Everything is deleted when it stops.

  node examples/quickstart/keycloak/main.ts [options]

  --port <number>   port on 127.0.0.1 (8180)
  --help            this text

Needed in the environment: OIDC_CLIENT_SECRET, DEMO_USER_PASSWORD, KC_BOOTSTRAP_ADMIN_USERNAME, KC_BOOTSTRAP_ADMIN_PASSWORD.
`;

const REALM = 'inference-gateway-realm';
const REALM_FILE = fileURLToPath(new URL(`../../../infra/realm/${REALM}-realm.json`, import.meta.url));
const START_MS = 180_000;

const say: Say = (line) => {
  if (process.send) process.send({ progress: line });
  else process.stdout.write(`${line}\n`);
};

/** What to undo at the end, last thing first. */
type Undo = (() => Promise<void> | void)[];

/** Runs Keycloak until it ends or the signal aborts. Throws an `Error` with Keycloak's last lines when it ends by itself. */
async function run(port: number, start: typeof startDatabase, undo: Undo, signal: AbortSignal): Promise<void> {
  const java = await findJava(process.env);
  const distribution = await ensureKeycloak(cacheDirectory(process.env), java, say, signal);
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-keycloak-'));
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  chmodSync(directory, 0o711); // as root, PostgreSQL's own user must get through
  mkdirSync(join(directory, 'home'), { mode: 0o700 });
  const database = await start(join(directory, 'postgres'), await new Ports().take(0));
  undo.push(() => database.stop());
  const keycloak = startKeycloak({
    distribution,
    directory: join(directory, 'home'),
    realmFile: REALM_FILE,
    java,
    database,
    port,
    env: process.env,
  });
  undo.push(() => keycloak.stop());
  const issuer = `http://127.0.0.1:${port}/realms/${REALM}`;
  const ended = Promise.race([keycloak.exited.then(failWith), aborted(signal)]);
  const ready = answering(issuer, AbortSignal.any([signal, AbortSignal.timeout(START_MS)]));
  await withProgress(say, 'waiting for Keycloak', Promise.race([ready, ended]));
  signal.throwIfAborted();
  process.stdout.write(`Keycloak answers at ${issuer}\n`);
  process.send?.({ url: issuer });
  await ended;
}

const failWith = (tail: string): never => {
  throw new Error(`Keycloak stopped. Its last lines:\n${tail}`);
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** A signal that aborts when this process shall end. The embedded database's package would end it by itself, too early. */
function endSignal(): AbortSignal {
  const events = ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'];
  const controller = new AbortController();
  for (const event of [...events, 'message']) process.removeAllListeners(event);
  for (const event of events) process.on(event, () => controller.abort());
  return controller.signal;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '8180' }, help: { type: 'boolean', default: false } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const undo: Undo = [await makeBinariesReachable()];
  // Not earlier: the package looks for its programs, and listens to signals, as soon as it is loaded.
  const { startDatabase: start } = await import('./database.ts');
  const signal = endSignal();
  const failure: unknown = await run(Number(values.port), start, undo, signal).catch((error: unknown) => error);
  for (const step of undo.reverse()) await step();
  if (failure !== undefined && !signal.aborted) throw failure;
  process.exit(0);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
