import { CREATED } from './text.ts';
import { ApiError, type Json } from './types.ts';

/** The models this server has. Each may be used at every endpoint; the names say what they are meant for. */
export const MODELS = [
  'demo-chat',
  'demo-embed',
  'demo-image',
  'demo-moderation',
  'demo-rerank',
  'demo-speech',
  'demo-transcribe',
] as const;

const describe = (id: string): Json => ({ id, object: 'model', created: CREATED, owned_by: 'gatehouse-demo' });

/** `GET /v1/models`. */
export function listModels(): Json {
  return { object: 'list', data: MODELS.map(describe) };
}

/** `GET /v1/models/{id}`. Throws `ApiError` 404 when there is no such model. */
export function getModel(id: string): Json {
  return describe(requireModel(id));
}

/** The request's model. Throws `ApiError` 400 when the body names none and 404 when it is unknown. */
export function requireModel(model: unknown): string {
  if (typeof model !== 'string' || model === '') {
    throw new ApiError(400, 'You must provide a model parameter.', 'missing_model', 'model');
  }
  if (MODELS.some((known) => known === model)) return model;
  throw new ApiError(
    404,
    `The model '${model}' does not exist. There are: ${MODELS.join(', ')}.`,
    'model_not_found',
    'model',
  );
}
