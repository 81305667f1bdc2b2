import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
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
import { plainEnvironment } from '../environment.ts';
import { Part } from '../part.ts';
import { Ports } from '../ports.ts';
import { missingJava } from './missing-java.ts';
import { REALM_FILE } from './realm-file.ts';
import { type Recorder, record } from './recorder.ts';

/** The realm of a running Keycloak, and ways to change it behind the reconcile's back. */
export interface RunningRealm {
  /** The client's secret, the demo user's password, the bootstrap administrator's password. */
  readonly secrets: Readonly<Record<'client' | 'user' | 'administrator', string>>;
  readonly options: ReconcileOptions;
  /** Sees the reconciles' requests. */
  readonly recorder: Recorder;
  /** An administrator's hands in the realm. */
  readonly hands: KeycloakAdminClient;
  /** The same administrator's hands in realm master. */
  readonly master: KeycloakAdminClient;
  /** Brings the realm up to the realm file. Gives what it did, and the requests that changed something. */
  readonly reconcile: (changed?: Partial<ReconcileOptions>) => Promise<{ changes: Change[]; writes: string[] }>;
  /** Claims of an access token, got as the demo user (with this password) or as the client. Throws when refused. */
  readonly signIn: (as: 'client' | 'user', password?: string) => Promise<Record<string, unknown>>;
  /** Ids of things by their names. */
  readonly ids: {
    readonly client: (clientId?: string) => Promise<string>;
    readonly user: (username?: string) => Promise<string>;
    readonly scope: (name: string) => Promise<string>;
    readonly mapper: (scope: string, name: string) => Promise<string>;
  };
}

const secret = (): string => randomBytes(20).toString('hex');
const PROGRAM = fileURLToPath(new URL('../keycloak/main.ts', import.meta.url));
const START_MS = 280_000;

/**
 * Starts one Keycloak for a test file, and gives a way to declare tests against it. Without Java they are skipped and say
 * why; with REQUIRE_TOOLS=1 that is an error.
 */
export function keycloakRealm(): (name: string, body: (realm: RunningRealm) => Promise<void>) => void {
  const closers: (() => unknown)[] = [];
  let running: RunningRealm | undefined;
  let missing = '';
  beforeAll(async () => {
    missing = await missingJava();
    if (missing) return;
    const secrets = { client: secret(), user: secret(), administrator: secret() };
    const keycloak = await startKeycloak(secrets);
    closers.push(() => keycloak.stop('SIGTERM', 20_000));
    const { origin } = new URL(await keycloak.listening(START_MS));
    const recorder = await record(origin);
    closers.push(recorder.close);
    running = runningRealm(origin, secrets, recorder);
  });
  afterAll(async () => {
    for (const close of closers.reverse()) await close();
  });
  return (name, body) => test(name, async (context) => (running ? body(running) : context.skip(missing)));
}

async function startKeycloak(secrets: RunningRealm['secrets']): Promise<Part> {
  const port = await new Ports().take(0);
  const env = plainEnvironment(process.env, {
    OIDC_CLIENT_SECRET: secrets.client,
    DEMO_USER_PASSWORD: secrets.user,
    KC_BOOTSTRAP_ADMIN_USERNAME: 'temp-admin',
    KC_BOOTSTRAP_ADMIN_PASSWORD: secrets.administrator,
  });
  return new Part({ name: 'Keycloak process', args: [PROGRAM, '--port', String(port)], env });
}

function runningRealm(address: string, secrets: RunningRealm['secrets'], recorder: Recorder): RunningRealm {
  const administrator = { username: 'temp-admin', password: secrets.administrator };
  const values = { OIDC_CLIENT_SECRET: secrets.client, DEMO_USER_PASSWORD: secrets.user };
  const file = parseRealmFile(fillPlaceholders(JSON.parse(readFileSync(REALM_FILE, 'utf8')), values));
  const options = { baseUrl: recorder.url, ...administrator, realm: file };
  const handsIn = (realm: string) => administratorOf({ address, ...administrator, realm, secrets: [] }).api;
  const hands = handsIn(file.realm);
  return {
    secrets,
    options,
    recorder,
    hands,
    master: handsIn('master'),
    reconcile: async (changed) => {
      const before = recorder.requests.length;
      const changes = await reconcileRealm({ ...options, ...changed });
      return { changes, writes: recorder.requests.slice(before).filter(isWrite) };
    },
    signIn: (as, password = secrets.user) => {
      const user = { grant_type: 'password', username: 'user', password };
      const form = { client_id: 'inference-gateway-client', client_secret: secrets.client };
      const grant = as === 'user' ? user : { grant_type: 'client_credentials' };
      return claims(`${address}/realms/${file.realm}/protocol/openid-connect/token`, { ...form, ...grant });
    },
    ids: idsIn(hands),
  };
}

async function claims(url: string, form: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  if (!response.ok) throw new Error(`refused: ${await response.text()}`);
  const { access_token: token } = (await response.json()) as { access_token: string };
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
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
