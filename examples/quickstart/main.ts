import { parseArgs } from 'node:util';
import { fetchToken } from './fetch-token.ts';
import { describeExit, type Part } from './part.ts';
import { type Parts, type StackOptions, startStack, stopStack } from './stack.ts';
import { isRunning, readState, stateDirectory } from './state.ts';
import { welcome } from './welcome.ts';

const HELP = `Runs Gatehouse on this machine: an identity provider, a demo model server and the gateway.

  npm start -- [options]

  --port <number>                    gateway (8080)
  --metrics-port <number>            metrics (9464)
  --identity-provider-port <number>  identity provider (8180)
  --model-server-port <number>       model server (8090)
  --keycloak                         the real Keycloak, with Java 21 or newer, in place of the embedded provider
  --token-lifespan <seconds>         how long tokens live (300); the embedded provider only
  --help                             this text

A busy port is replaced by the next free one; 0 takes any. Real providers join when their variables are set, such as
OPENAI_API_KEY. GATEHOUSE_STATE_DIR moves the state (.gatehouse), which \`npm run token\` reads. LOG_LEVEL=info shows the
gateway's whole log.
`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

function parseOptions(): StackOptions | undefined {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8080' },
      'metrics-port': { type: 'string', default: '9464' },
      'identity-provider-port': { type: 'string', default: '8180' },
      'model-server-port': { type: 'string', default: '8090' },
      keycloak: { type: 'boolean', default: false },
      'token-lifespan': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  if (values.keycloak && values['token-lifespan'] !== undefined) {
    throw new TypeError('--token-lifespan is for the embedded identity provider, not for --keycloak');
  }
  const port = (name: 'port' | 'metrics-port' | 'identity-provider-port' | 'model-server-port'): number => {
    const number = Number(values[name]);
    if (/^\d+$/.test(values[name]) && number <= 65_535) return number;
    throw new TypeError(`--${name} must be a port number, not '${values[name]}'`);
  };
  return {
    gatewayPort: port('port'),
    metricsPort: port('metrics-port'),
    identityProviderPort: port('identity-provider-port'),
    modelServerPort: port('model-server-port'),
    keycloak: values.keycloak,
    tokenLifespan: values['token-lifespan'],
    env: process.env,
    say,
  };
}

/** Stops everything at the first signal; at the second it kills what still runs, and the exit code is 1. */
function stopOnSignals(parts: Parts, options: StackOptions): () => boolean {
  let signals = 0;
  const stop = () => {
    signals++;
    if (signals > 1) {
      for (const part of Object.values(parts)) part?.kill();
      return;
    }
    say('\nStopping. Ctrl-C again kills everything.');
    void stopStack(parts, options.env).then(() => process.exit(signals > 1 ? 1 : 0));
  };
  process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  return () => signals > 0;
}

async function watch(part: Part | undefined, consequence: string, isStopping: () => boolean): Promise<void> {
  const exit = await part?.exited;
  if (exit && !isStopping()) say(`The ${part?.name} ${describeExit(exit)}. ${consequence}`);
}

async function run(options: StackOptions): Promise<void> {
  const parts: Parts = {};
  const isStopping = stopOnSignals(parts, options);
  const directory = stateDirectory(options.env);
  const other = readState(directory);
  if (other && isRunning(other.pid))
    say(`Another stack runs (process ${other.pid}); \`npm run token\` now serves this one.`);
  try {
    const state = await startStack(options, parts);
    const { access_token: token } = await fetchToken(state, 'password');
    const identityProvider = options.keycloak ? 'Keycloak' : 'embedded';
    const own = options.env['GATEHOUSE_STATE_DIR'] ? directory : undefined;
    say(welcome({ state, token, identityProvider, stateDirectory: own }));
    void watch(parts.identityProvider, 'Requests with a valid token go on; there are no new tokens.', isStopping);
    void watch(parts.modelServer, 'The models demo/* are gone.', isStopping);
    const exit = await parts.gateway?.exited;
    if (parts.gateway && exit && !isStopping()) throw parts.gateway.failure(describeExit(exit));
  } catch (error) {
    if (isStopping()) return;
    await stopStack(parts, options.env);
    throw error;
  }
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options) await run(options);
  else process.stdout.write(HELP);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
