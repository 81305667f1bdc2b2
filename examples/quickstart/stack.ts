import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Environment, gatewayEnvironment, plainEnvironment } from './environment.ts';
import { Part } from './part.ts';
import { Ports } from './ports.ts';
import { type Say, withProgress } from './progress.ts';
import { removeState, type State, stateDirectory, writeState } from './state.ts';

/** How a stack is started. A port that is busy is replaced by the next free one; 0 takes any. */
export interface StackOptions {
  readonly gatewayPort: number;
  readonly metricsPort: number;
  readonly identityProviderPort: number;
  readonly modelServerPort: number;
  /** Runs the real Keycloak in place of the embedded identity provider. */
  readonly keycloak: boolean;
  /** Seconds that tokens live. The embedded identity provider only. @default the realm's */
  readonly tokenLifespan: string | undefined;
  readonly env: Environment;
  readonly say: Say;
}

/** The parts of a stack that runs, or tries to. */
export interface Parts {
  gateway?: Part;
  identityProvider?: Part;
  modelServer?: Part;
}

const CLIENT_ID = 'inference-gateway-client';
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Letters and digits, which need no quoting anywhere. */
const secret = (): string => randomBytes(20).toString('hex');

/**
 * Starts the model server, the identity provider and the gateway, and writes the state file once the gateway is ready.
 * Each part is put into `parts` when it is started, so that the caller can stop what runs when this throws.
 */
export async function startStack(options: StackOptions, parts: Parts): Promise<State> {
  const { env, say } = options;
  const directory = stateDirectory(env);
  const ports = new Ports();
  const port = (what: string, preferred: number) => takePort(ports, what, preferred, say);
  const credentials = { clientId: CLIENT_ID, clientSecret: secret(), username: 'user', password: secret() };
  const administrator = { username: 'temp-admin', password: secret() };
  const gatewayPort = await port('gateway', options.gatewayPort);
  const metricsPort = await port('metrics', options.metricsPort);
  parts.modelServer = startModelServer(await port('model server', options.modelServerPort), env);
  const issuerPort = await port('identity provider', options.identityProviderPort);
  parts.identityProvider = startIdentityProvider(issuerPort, options, {
    OIDC_CLIENT_SECRET: credentials.clientSecret,
    DEMO_USER_PASSWORD: credentials.password,
    KC_BOOTSTRAP_ADMIN_USERNAME: administrator.username,
    KC_BOOTSTRAP_ADMIN_PASSWORD: administrator.password,
  });
  const modelServerUrl = await parts.modelServer.listening(15_000);
  const issuer = await issuerOf(parts.identityProvider, options);
  const wiring = { gatewayPort, metricsPort, issuer, modelServerUrl, ...credentials, stateDirectory: directory };
  parts.gateway = startGateway(gatewayEnvironment(env, wiring), env['LOG_LEVEL'] !== undefined, say);
  const gatewayUrl = `http://127.0.0.1:${gatewayPort}`;
  const over = new AbortController();
  const answers = parts.gateway.before(ready(gatewayUrl, over.signal), 30_000).finally(() => over.abort());
  await withProgress(say, 'waiting for the gateway', answers);
  const state = {
    pid: process.pid,
    gatewayUrl,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    modelServerUrl,
    issuer,
    ...credentials,
    ...(options.keycloak && { administrator }),
    pids: {
      gateway: parts.gateway.pid,
      identityProvider: parts.identityProvider.pid,
      modelServer: parts.modelServer.pid,
    },
  };
  writeState(directory, state);
  return state;
}

/** Stops a stack: the gateway first, so that what it answers can finish. Removes the state file. */
export async function stopStack(parts: Parts, env: Environment): Promise<void> {
  await parts.gateway?.stop('SIGINT', 10_000);
  await Promise.all([parts.identityProvider?.stop('SIGTERM', 20_000), parts.modelServer?.stop('SIGTERM', 5000)]);
  removeState(stateDirectory(env), process.pid);
}

async function takePort(ports: Ports, what: string, preferred: number, say: Say): Promise<number> {
  const port = await ports.take(preferred);
  if (preferred !== 0 && port !== preferred) say(`Port ${preferred} is busy: the ${what} takes ${port}.`);
  return port;
}

function startModelServer(port: number, env: Environment): Part {
  const args = [file('../model-server/main.ts'), '--port', String(port)];
  return new Part({ name: 'model server', args, env: plainEnvironment(env) });
}

function startIdentityProvider(port: number, options: StackOptions, secrets: Environment): Part {
  const program = options.keycloak ? './keycloak/main.ts' : './identity-provider/main.ts';
  const lifespan = options.tokenLifespan === undefined ? [] : ['--token-lifespan', options.tokenLifespan];
  return new Part({
    name: options.keycloak ? 'Keycloak process' : 'identity provider',
    args: [file(program), '--port', String(port), ...lifespan],
    env: plainEnvironment(options.env, { ...secrets, ...proxySettings(options.env) }),
    onProgress: options.say,
  });
}

/** A download may have to go through the user's proxy; this machine's own addresses never. */
function proxySettings(env: Environment): Environment {
  const direct = ['127.0.0.1', env['NO_PROXY'] ?? env['no_proxy']].filter(Boolean).join(',');
  return { NODE_USE_ENV_PROXY: '1', NO_PROXY: direct, no_proxy: direct };
}

/** Keycloak may have to be downloaded first, and reports its own progress. */
function issuerOf(part: Part, { keycloak, say }: StackOptions): Promise<string> {
  if (keycloak) return part.listening(15 * 60_000);
  return withProgress(say, 'waiting for the identity provider', part.listening(15_000));
}

function startGateway(env: Environment, everyLine: boolean, say: Say): Part {
  return new Part({
    name: 'gateway',
    args: ['--import', new URL('leash.ts', import.meta.url).href, file('../../gateway/main.ts')],
    env,
    onLine: (line) => {
      if (everyLine) say(`gateway: ${line}`);
      else if (isWarning(line)) say(`gateway: ${readable(line)}`);
    },
  });
}

/** A JSON log line below warning is none; anything else that the gateway writes is worth showing. */
function isWarning(line: string): boolean {
  return !/"level":(?:[123]0|"(?:trace|debug|info)")/.test(line);
}

/** A JSON log line as a person reads it: its message, and what it is about. */
function readable(line: string): string {
  try {
    const { level: _level, time: _time, msg, ...facts } = JSON.parse(line) as Record<string, unknown>;
    return [msg, ...Object.entries(facts).map(([name, fact]) => `${name}: ${fact}`)].join(', ');
  } catch {
    return line;
  }
}

async function ready(url: string, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    await delay(25);
  }
}
