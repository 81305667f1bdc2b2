import { readFileSync } from 'node:fs';
import type KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { afterAll, beforeAll, test } from 'vitest';
import { administratorOf } from '../../../infra/realm/admin.ts';
import {
  type Change,
  fillPlaceholders,
  parseRealmFile,
  type ReconcileOptions,
  reconcileRealm,
} from '../../../infra/realm/reconcile.ts';
import { findJava } from '../keycloak/java.ts';
import type { State } from '../state.ts';
import { REALM_FILE } from './realm-file.ts';
import { type Recorder, record } from './recorder.ts';
import { runStack } from './run-stack.ts';

/** The realm of a running Keycloak, and ways to change it behind the reconcile's back. */
export interface RunningRealm {
  readonly state: State;
  readonly options: ReconcileOptions;
  /** Sees the reconciles' requests. */
  readonly recorder: Recorder;
  /** An administrator's hands in the realm. */
  readonly hands: KeycloakAdminClient;
  /** The same administrator's hands in realm master. */
  readonly master: KeycloakAdminClient;
  /** Brings the realm up to the realm file. Gives what it did, and the requests that changed something. */
  readonly reconcile: (changed?: Partial<ReconcileOptions>) => Promise<{ changes: Change[]; writes: string[] }>;
  /** Ids of things by their names. */
  readonly ids: {
    readonly client: (clientId?: string) => Promise<string>;
    readonly user: (username?: string) => Promise<string>;
    readonly scope: (name: string) => Promise<string>;
    readonly mapper: (scope: string, name: string) => Promise<string>;
  };
}

/**
 * Starts one Keycloak for a test file, and gives a way to declare tests against it. Without Java they are skipped and say
 * why; with REQUIRE_TOOLS=1 that is an error.
 */
export function keycloakRealm(): (name: string, body: (realm: RunningRealm) => Promise<void>) => void {
  const closers: (() => unknown)[] = [];
  let running: RunningRealm | undefined;
  let missing = '';
  beforeAll(async () => {
    missing = await findJava(process.env).then(
      () => '',
      (error: Error) => error.message,
    );
    if (missing && process.env['REQUIRE_TOOLS'] === '1') throw new Error(missing);
    if (missing) return;
    const stack = await runStack({ args: ['--keycloak'], deadlineMs: 280_000 });
    closers.push(stack.stop);
    const recorder = await record(new URL(stack.state.issuer).origin);
    closers.push(recorder.close);
    running = runningRealm(stack.state, recorder);
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });
  return (name, body) => test(name, async (context) => (running ? body(running) : context.skip(missing)));
}

function runningRealm(state: State, recorder: Recorder): RunningRealm {
  if (!state.administrator) throw new Error('this stack has no Keycloak');
  const { administrator } = state;
  const values = { OIDC_CLIENT_SECRET: state.clientSecret, DEMO_USER_PASSWORD: state.password };
  const file = parseRealmFile(fillPlaceholders(JSON.parse(readFileSync(REALM_FILE, 'utf8')), values));
  const options = { baseUrl: recorder.url, ...administrator, realm: file };
  const address = new URL(state.issuer).origin;
  const handsIn = (realm: string) => administratorOf({ address, ...administrator, realm, secrets: [] }).api;
  const hands = handsIn(file.realm);
  return {
    state,
    options,
    recorder,
    hands,
    master: handsIn('master'),
    reconcile: async (changed) => {
      const before = recorder.requests.length;
      const changes = await reconcileRealm({ ...options, ...changed });
      return { changes, writes: recorder.requests.slice(before).filter(isWrite) };
    },
    ids: idsIn(hands),
  };
}

const isWrite = (request: string): boolean => /^(?!GET )\w+ \/admin\//.test(request);

function idsIn({ clients, users, clientScopes }: KeycloakAdminClient): RunningRealm['ids'] {
  const idOf = (things: readonly { id?: string }[]): string => {
    if (!things[0]?.id) throw new Error('the thing to change is not there');
    return things[0].id;
  };
  const named = <T extends { name?: string }>(things: readonly T[], name: string) =>
    things.filter((thing) => thing.name === name);
  const scope = async (name: string) => idOf(named(await clientScopes.find(), name));
  return {
    client: async (clientId = 'inference-gateway-client') => idOf(await clients.find({ clientId })),
    user: async (username = 'user') => idOf(await users.find({ username, exact: true })),
    scope,
    mapper: async (scopeName, name) =>
      idOf(named(await clientScopes.listProtocolMappers({ id: await scope(scopeName) }), name)),
  };
}
