import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { z } from 'zod';
import { administratorRefused, type FailureContext, ReconcileError, reasonOf } from './reconcile-error.ts';

/** How Keycloak's Admin API is reached. */
export interface AdminOptions extends FailureContext {
  /** Password of `username`, an administrator of realm master. */
  readonly password: string;
  /** Ends the run early. */
  readonly signal?: AbortSignal | undefined;
}

/** An administrator at work in one realm. */
export interface Admin {
  /** Keycloak's client. Every request carries a token that is still valid, the run's signal and a deadline. */
  readonly api: KeycloakAdminClient;
  /** Sends a form to an endpoint of the realm (`protocol/openid-connect/token`), without an administrator's token. */
  readonly post: (realm: string, path: string, form: Readonly<Record<string, string>>) => Promise<Response>;
}

/** Longest time for one request. Creating a realm takes seconds. */
const REQUEST_MS = 60_000;
/** A token with less left is not used any more. Keycloak's default for realm master is 60 s in all. */
const LEFT_MS = 10_000;

const tokenAnswer = z.object({ access_token: z.string(), expires_in: z.number() });

/** An administrator of Keycloak, for `options.realm`. Signs in at the first request, and again when the token runs out. */
export function administratorOf(options: AdminOptions): Admin {
  const requestOptions: RequestInit = {
    // A getter, because the client copies these for each request: each gets a deadline of its own.
    get signal() {
      return AbortSignal.any([...(options.signal ? [options.signal] : []), AbortSignal.timeout(REQUEST_MS)]);
    },
  };
  const post: Admin['post'] = (realm, path, form) =>
    fetch(`${options.address}/realms/${encodeURIComponent(realm)}/${path}`, {
      ...requestOptions,
      method: 'POST',
      body: new URLSearchParams(form),
    });
  const api = new KeycloakAdminClient({ baseUrl: options.address, realmName: options.realm, requestOptions });
  const token = { value: '', until: 0 };
  api.registerTokenProvider({
    getAccessToken: async () => {
      if (performance.now() < token.until) return token.value;
      // The lifespan counts, not the token's `exp`: Keycloak's clock may not be ours.
      const asked = performance.now();
      const { access_token: value, expires_in: seconds } = await signIn(post, options);
      Object.assign(token, { value, until: asked + seconds * 1000 - LEFT_MS });
      return value;
    },
  });
  return { api, post };
}

async function signIn(post: Admin['post'], options: AdminOptions): Promise<z.infer<typeof tokenAnswer>> {
  const { username, password, address } = options;
  const response = await post('master', 'protocol/openid-connect/token', {
    grant_type: 'password',
    client_id: 'admin-cli',
    username,
    password,
  });
  const answer: unknown = await response.json().catch(() => undefined);
  const { data } = tokenAnswer.safeParse(answer);
  if (response.ok && data) return data;
  const { error } = z.object({ error: z.string() }).safeParse(answer).data ?? {};
  if (error === 'invalid_grant') throw administratorRefused(options, reasonOf(answer));
  throw new ReconcileError(
    'keycloak_refused',
    error
      ? `Keycloak at ${address} refused the sign-in of an administrator through client admin-cli of realm master (${response.status}, ${reasonOf(answer)}).`
      : `There is no Keycloak at ${address}: its token endpoint answered ${response.status}.`,
  );
}
