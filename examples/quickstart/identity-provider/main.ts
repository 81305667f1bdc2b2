import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readRealm } from './realm.ts';
import { startIdentityProvider } from './server.ts';

const HELP = `An OpenID provider for one machine that serves a Keycloak realm file. It keeps everything in memory.

  node examples/quickstart/identity-provider/main.ts [options]

  --port <number>             port on 127.0.0.1, 0 for a free one (8180)
  --realm <file>              realm file (infra/realm/inference-gateway-realm-realm.json)
  --token-lifespan <seconds>  how long tokens live (the realm's accessTokenLifespan)
  --help                      this text

The realm file's \${NAME} placeholders come from the environment: OIDC_CLIENT_SECRET, DEMO_USER_PASSWORD.
`;

const REALM = fileURLToPath(new URL('../../../infra/realm/inference-gateway-realm-realm.json', import.meta.url));

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8180' },
      realm: { type: 'string', default: REALM },
      'token-lifespan': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const lifespan = values['token-lifespan'];
  const server = await startIdentityProvider({
    realm: readRealm(values.realm, process.env),
    port: wholeNumber('--port', values.port, 0, 65_535),
    ...(lifespan !== undefined && { tokenLifespanSeconds: wholeNumber('--token-lifespan', lifespan, 1, 86_400) }),
  });
  process.stdout.write(`The identity provider answers at ${server.issuer}\n`);
  process.send?.({ url: server.issuer });
  const stop = () => void server.close().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop).once('disconnect', stop);
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new TypeError(`${name} must be a whole number from ${least} to ${most}, not '${text}'`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
