import { z } from 'zod';
import type { State } from './state.ts';

/** How a token is asked for: as the demo user, or as the client itself. */
export type Grant = 'password' | 'client_credentials';

const answerSchema = z.object({
  access_token: z.string(),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
});
const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });

/** What the token endpoint answered. */
export type TokenAnswer = z.infer<typeof answerSchema>;

/**
 * Fetches tokens from the stack's identity provider. Throws an `Error` whose message is for the user when it does not
 * answer within 10 s or refuses.
 */
export async function fetchToken(state: State, grant: Grant, scope?: string): Promise<TokenAnswer> {
  const form = new URLSearchParams({ grant_type: grant, client_id: state.clientId, client_secret: state.clientSecret });
  if (grant === 'password') {
    form.set('username', state.username);
    form.set('password', state.password);
  }
  if (scope) form.set('scope', scope);
  const response = await post(`${state.issuer}/protocol/openid-connect/token`, form);
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answerSchema.parse(body);
  const { error, error_description: description } = refusalSchema.safeParse(body).data ?? { error: 'no reason given' };
  throw new Error(
    `The identity provider refused (${response.status}): ${error}${description ? `, ${description}` : ''}.`,
  );
}

async function post(url: string, body: URLSearchParams): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(10_000) });
  } catch {
    throw new Error(
      `The identity provider does not answer at ${url}. Is it stopped? \`npm start\` starts a new stack.`,
    );
  }
}
