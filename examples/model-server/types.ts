/** A JSON object that nobody has checked yet. */
export type Json = Record<string, unknown>;

/** One server-sent event. A string is written as it is (`[DONE]`), anything else as JSON. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: string | Json;
  /** True for a piece of the answer's text: the server waits `chunkDelayMs` before it. */
  readonly word?: boolean;
}

/** What an endpoint answers; the server writes it. Endpoints are pure: the same request gives the same answer. */
export type Answer =
  | { readonly json: Json }
  | { readonly events: readonly StreamEvent[] }
  | { readonly bytes: Buffer; readonly contentType: string };

/** An endpoint: a parsed body in, an answer out. Throws {@link ApiError} for what the caller did wrong. */
export type Endpoint = (body: Json) => Answer;

/** A refusal in OpenAI's shape. It is thrown by endpoints and written by the server. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;

  constructor(status: number, message: string, code: string | null = null, param: string | null = null) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.param = param;
  }
}

/** Tells whether a value is a JSON object (no array, not null). */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Objects of a list; nothing when the value is no list. */
export function objectsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}
