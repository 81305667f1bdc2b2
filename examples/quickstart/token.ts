import { parseArgs } from 'node:util';
import { fetchToken, type Grant } from './fetch-token.ts';
import { isRunning, readState, stateDirectory } from './state.ts';

const HELP = `Prints an access token from the stack that \`npm start\` runs, and nothing else.

  TOKEN=$(npm run -s token)
  npm run -s token -- [options]

  --grant <name>   password: as the demo user (default); client_credentials: as the client's service account
  --scope <names>  scopes to ask for beside the client's own
  --help           this text
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      grant: { type: 'string', default: 'password' },
      scope: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const state = readState(stateDirectory(process.env));
  if (!state || !isRunning(state.pid)) {
    throw new Error('The stack is not running. Start it in another terminal with `npm start`.');
  }
  const { access_token: token } = await fetchToken(state, grantOf(values.grant), values.scope);
  process.stdout.write(`${token}\n`);
}

function grantOf(name: string): Grant {
  if (name === 'password' || name === 'client_credentials') return name;
  throw new Error(`--grant must be password or client_credentials, not '${name}'.`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
