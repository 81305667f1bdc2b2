import { ROOT, type State } from './state.ts';

/** What the user reads once the stack runs. */
export interface Welcome {
  readonly state: State;
  readonly token: string;
  /** The name of the identity provider that runs. */
  readonly identityProvider: string;
  /** Set when the state is not where `npm run token` looks by itself. */
  readonly stateDirectory: string | undefined;
}

/** The text that `npm start` prints: addresses, a request to try, a token, and what to do next. */
export function welcome({ state, token, identityProvider, stateDirectory }: Welcome): string {
  const tokenCommand = `${stateDirectory ? `GATEHOUSE_STATE_DIR='${stateDirectory}' ` : ''}npm run -s token`;
  const console = state.administrator
    ? `\n  administration     ${new URL(state.issuer).origin}/admin (${state.administrator.username}, ${state.administrator.password})`
    : '';
  const message = `{"model":"demo/demo-chat","messages":[{"role":"user","content":"Hello!"}]}`;
  return `
Gatehouse runs on this machine.

  gateway            ${state.gatewayUrl}/v1
  metrics            ${state.metricsUrl}
  identity provider  ${state.issuer} (${identityProvider}, process ${state.pids.identityProvider})${console}
  model server       ${state.modelServerUrl}/v1

Try it from another terminal, in ${ROOT}:

  curl ${state.gatewayUrl}/v1/chat/completions -H "Authorization: Bearer $(${tokenCommand})" -H 'Content-Type: application/json' -d '${message}'

With the OpenAI SDK (add "stream": true for words as they come):

  new OpenAI({ baseURL: '${state.gatewayUrl}/v1', apiKey: token })

A token of the demo user "${state.username}", good for ${lifetime(token)}:

  ${token}

Stop the identity provider with "kill ${state.pids.identityProvider}", and requests with this token go on.
Ctrl-C stops everything.
`;
}

function lifetime(token: string): string {
  const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const { exp, iat } = claims as { exp?: number; iat?: number };
  const seconds = (exp ?? 0) - (iat ?? 0);
  return seconds >= 120 ? `${Math.round(seconds / 60)} minutes` : `${seconds} seconds`;
}
