/** What a client can do about a refusal, in the words OpenAI's SDKs know. */
type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'overloaded_error'
  | 'upstream_error'
  | 'api_error';

interface ErrorDefinition {
  readonly status: number;
  readonly type: ErrorType;
  /** For the caller; `{name}` is filled from the error's facts. */
  readonly message: string;
  /** RFC 6750 §3.1; 401s without it are those where no credentials of ours were sent. */
  readonly challenge?: 'invalid_token' | 'insufficient_scope';
  /** Seconds, for `Retry-After`. */
  readonly retryAfter?: number;
}

const unauthenticated = (message: string): ErrorDefinition => ({
  status: 401,
  type: 'authentication_error',
  message,
  challenge: 'invalid_token',
});
const forbidden = (message: string): ErrorDefinition => ({
  status: 403,
  type: 'permission_error',
  message,
  challenge: 'insufficient_scope',
});
const invalid = (status: number, message: string): ErrorDefinition => ({
  status,
  type: 'invalid_request_error',
  message,
});
const upstream = (status: number, message: string): ErrorDefinition => ({ status, type: 'upstream_error', message });

/** Every refusal of the gateway's own. The README's table is made from this one. */
export const ERRORS = {
  credentials_missing: {
    status: 401,
    type: 'authentication_error',
    message: 'Send an access token of the issuer {issuer} in the header "Authorization: Bearer <token>".',
  },
  credentials_repeated: unauthenticated('The request has more than one Authorization header; send exactly one.'),
  token_malformed: unauthenticated(
    'The Bearer credential is not a signed JWT ({reason}); send the access token as the issuer gave it.',
  ),
  token_too_large: unauthenticated(
    'The token has {size} bytes; at most {limit} are accepted. Have the issuer put fewer claims in it.',
  ),
  token_algorithm: unauthenticated('The token is signed with {algorithm}; accepted are {accepted}.'),
  token_type: unauthenticated(
    'This is not an access token ({type}); send the access_token of the token response, not its id_token or refresh_token.',
  ),
  token_bound: unauthenticated(
    'The token is bound to a key (cnf), and this gateway cannot check its proof; ask the issuer for a plain Bearer token.',
  ),
  token_signature: unauthenticated(
    "The token's signature does not fit the issuer's key; it was changed, or signed by another issuer.",
  ),
  token_expired: unauthenticated('The token expired {ago} ago; fetch a new one.'),
  token_not_yet_valid: unauthenticated(
    "The token's {claim} lies {ahead} ahead; compare the clocks of the issuer and of the gateway.",
  ),
  token_claims: unauthenticated("The token's claim {claim} is missing or of the wrong form."),
  key_unknown: unauthenticated(
    'The token is signed with a key that the issuer {issuer} does not publish; fetch a new token.',
  ),
  issuer_mismatch: unauthenticated('The token is from the issuer {got}; this gateway accepts those of {expected}.'),
  audience_mismatch: unauthenticated(
    'The token is for {got}; this gateway needs {expected} in aud. In Keycloak, add an audience mapper to the client.',
  ),
  party_mismatch: unauthenticated(
    'The token was issued to the client {got} (azp), which is not among those accepted here.',
  ),
  insufficient_scope: forbidden('The token lacks the scope {scope}; ask the issuer for it.'),
  model_not_allowed: forbidden('The model {model} may not be used here.'),
  route_not_allowed: forbidden('{method} {path} is not among the routes that PROXY_ROUTES lets through.'),
  request_malformed: invalid(400, 'The request is not well-formed HTTP/1.1.'),
  body_malformed: invalid(400, 'The body cannot be read: {reason}.'),
  model_missing: invalid(400, 'Name a model as "model": "provider/model"; the providers are {providers}.'),
  model_repeated: invalid(
    400,
    'The body names the model more than once; readers differ on which one counts, so send exactly one "model".',
  ),
  model_malformed: invalid(400, 'The model name cannot be used: {reason}.'),
  not_found: { status: 404, type: 'not_found_error', message: 'There is nothing at {method} {path}.' },
  model_not_found: {
    status: 404,
    type: 'not_found_error',
    message: 'The model {model} is not known here; name it as provider/model. The providers are {providers}.',
  },
  endpoint_not_supported: {
    status: 404,
    type: 'not_found_error',
    message: 'The provider {provider} does not answer {path}.',
  },
  method_not_allowed: { status: 405, type: 'invalid_request_error', message: '{path} takes {allowed}, not {method}.' },
  request_timeout: invalid(408, 'The request did not arrive in time.'),
  body_too_large: invalid(413, 'The body is larger than the {limit} bytes that are accepted.'),
  encoding_not_supported: invalid(415, 'The body is encoded with {encoding}; send it as it is.'),
  headers_too_large: invalid(431, 'The headers are too large.'),
  internal_error: {
    status: 500,
    type: 'api_error',
    message: 'Something went wrong in the gateway; its log has this request id.',
  },
  upstream_auth_failed: upstream(
    502,
    "The provider {provider} refuses the gateway's key; the gateway's operator can mend that.",
  ),
  upstream_unreachable: upstream(502, 'The provider {provider} cannot be reached.'),
  upstream_invalid: upstream(502, "The provider {provider}'s answer cannot be used ({reason})."),
  upstream_interrupted: upstream(502, 'The provider {provider} broke off its answer.'),
  overloaded: {
    status: 503,
    type: 'overloaded_error',
    message: 'The gateway has as many requests under way as it takes; try again shortly.',
    retryAfter: 1,
  },
  issuer_unavailable: {
    status: 503,
    type: 'api_error',
    message:
      'Tokens cannot be checked at the moment: the keys of the issuer {issuer} are not known. Try again shortly.',
    retryAfter: 5,
  },
  upstream_timeout: upstream(504, 'The provider {provider} did not answer in time ({phase}).'),
} as const satisfies Record<string, ErrorDefinition>;

/** A stable name that clients may branch on. */
export type ErrorCode = keyof typeof ERRORS;

/** What fills the message's places; nothing secret, since the caller sees it. */
export type Facts = Readonly<Record<string, string | number>>;

/** A refusal that the caller is told of. Anything else that is thrown becomes `internal_error`. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly code: ErrorCode;
  readonly facts: Facts;

  /** @param options.cause what the log is told beside */
  constructor(code: ErrorCode, facts: Facts = {}, options?: ErrorOptions) {
    super(publicMessage(code, facts), options);
    this.code = code;
    this.facts = facts;
  }

  /** Its row of the table. */
  get definition(): ErrorDefinition {
    return ERRORS[this.code];
  }
}

const MAX_FACT_LENGTH = 300;

/** Facts may come from a token or a path, so only printable ASCII gets into a message, and only so much of it. */
function publicMessage(code: ErrorCode, facts: Facts): string {
  return ERRORS[code].message.replace(/\{(\w+)\}/g, (_place, name: string) => {
    const fact = String(facts[name] ?? 'unknown').replace(/[^\x20-\x7e]/g, '?');
    return fact.length > MAX_FACT_LENGTH ? `${fact.slice(0, MAX_FACT_LENGTH)}…` : fact;
  });
}

/** The body of every error: OpenAI's shape and a request id. */
export function errorBody(error: GatewayError, requestId: string) {
  return {
    error: {
      message: error.message,
      type: error.definition.type,
      code: error.code,
      param: null,
      request_id: requestId,
    },
  };
}

/** What is thrown by something else than the gateway's own checks is told to the log, not to the caller. */
export function asGatewayError(thrown: unknown): GatewayError {
  return thrown instanceof GatewayError ? thrown : new GatewayError('internal_error', {}, { cause: thrown });
}
