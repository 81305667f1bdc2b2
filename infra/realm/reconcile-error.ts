import { NetworkError } from '@keycloak/keycloak-admin-client';
import { z } from 'zod';
import { IDENTITY_NAMESPACE, SECRETS } from '../names.ts';

/**
 * Why a realm could not be brought up to its file: Keycloak does not answer, the administrator cannot sign in, the
 * administrator lacks rights, Keycloak refuses a request.
 */
export type ReconcileErrorCode = 'unreachable' | 'administrator_refused' | 'administrator_rights' | 'keycloak_refused';

/** A reconcile failed. The message is for a person, says what to do, and holds no secret. */
export class ReconcileError extends Error {
  override readonly name = 'ReconcileError';
  readonly code: ReconcileErrorCode;

  constructor(code: ReconcileErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A request to change something failed; `cause` is what the admin client threw. */
export class ChangeFailed extends Error {
  constructor(what: string, cause: unknown) {
    super(what, { cause });
  }
}

/** What a message about a failure may need. */
export interface FailureContext {
  /** Keycloak's address, without credentials. */
  readonly address: string;
  readonly username: string;
  readonly realm: string;
  /** What must not be in a message. */
  readonly secrets: readonly string[];
}

const OTHER_ADMINISTRATOR =
  'put the credentials of another administrator of realm master into the Secret ' +
  `${SECRETS.admin} in namespace ${IDENTITY_NAMESPACE}`;

/** The administrator cannot sign in, for the reason that Keycloak gave. */
export const administratorRefused = ({ address, username }: FailureContext, reason: string): ReconcileError =>
  new ReconcileError(
    'administrator_refused',
    `The administrator ${username} cannot sign in to Keycloak at ${address} (${reason}): ${OTHER_ADMINISTRATOR}.`,
  );

/**
 * What was thrown during a reconcile, in words for a person. Mistakes in the program and the caller's own abort come back
 * as they are.
 */
export function explain(error: unknown, context: FailureContext): unknown {
  const cause = error instanceof ChangeFailed ? error.cause : error;
  const { address, username, realm, secrets } = context;
  if (cause instanceof NetworkError) {
    const { status } = cause.response;
    const reason = redact(reasonOf(cause.responseData), secrets);
    if (status === 403) {
      const message = `The administrator ${username} may not manage realm ${realm} (403): give it the role admin of realm master, or ${OTHER_ADMINISTRATOR}.`;
      return new ReconcileError('administrator_rights', message);
    }
    const what = error instanceof ChangeFailed ? error.message : new URL(cause.response.url).pathname;
    return new ReconcileError('keycloak_refused', `Keycloak refused "${what}" (${status}, ${reason}).`);
  }
  if (isTransport(cause))
    return new ReconcileError('unreachable', `Keycloak does not answer at ${address} (${why(cause)}).`);
  return cause;
}

/**
 * Whether something else may have changed the same thing meanwhile, so that another look helps. Keycloak tells that by 404
 * and 409, but also by 400 (a role that is assigned already) and 500 (a password that is set twice at the same time).
 */
export function mayBeConflict(error: unknown): boolean {
  const cause = error instanceof ChangeFailed ? error.cause : error;
  return cause instanceof NetworkError && ![401, 403].includes(cause.response.status);
}

/** `fetch` tells a failed connection as a `TypeError` with a cause, a deadline as a `TimeoutError`. */
function isTransport(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'TimeoutError' || (error instanceof TypeError && !!error.cause));
}

function why(error: Error): string {
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && code ? code : cause instanceof Error ? cause.message : error.message;
}

const refusal = z.object({
  errorMessage: z.string().optional(),
  error_description: z.string().optional(),
  error: z.string().optional(),
  field: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), errorMessage: z.string() })).optional(),
});

/** The reason in Keycloak's answer. What it echoes of the request (`params`) is left out. */
export function reasonOf(answer: unknown): string {
  const { data } = refusal.safeParse(answer);
  const fields = data?.errors?.map(({ field, errorMessage }) => `${field}: ${errorMessage}`).join(', ');
  const one = data?.errorMessage ?? data?.error_description ?? data?.error;
  return (fields ?? (data?.field ? `${data.field}: ${one}` : one) ?? 'no reason given').replace(/\.$/, '');
}

function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret ? rest.replaceAll(secret, '…') : rest), text);
}
