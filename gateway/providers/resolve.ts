import { GatewayError } from '../errors.ts';

/** Where a request goes. */
export interface Target<P> {
  readonly provider: P;
  /** The model as the provider knows it; undefined when the request names none. */
  readonly model: string | undefined;
  /** Characters at the beginning of the given name that are for the gateway only. */
  readonly prefixLength: number;
}

const MAX_NAME_LENGTH = 256;
/** White space and control characters make one name look like another. */
const UNUSABLE = /[\s\p{Cc}\p{Cf}]/u;

/**
 * Finds the provider of a request: by the prefix of its model (`provider/model`), or by the query `?provider=`, with
 * which the model's name is left as it is.
 *
 * @throws GatewayError model_missing, model_malformed, model_not_found
 */
export function resolveTarget<P>(
  providers: ReadonlyMap<string, P>,
  name: string | undefined,
  providerQuery: string | undefined,
): Target<P> {
  const known = { providers: [...providers.keys()].join(', ') || 'none' };
  if (name !== undefined) checkName(name);
  if (providerQuery !== undefined) {
    const provider = providers.get(providerQuery);
    if (!provider) throw new GatewayError('model_not_found', { model: `${providerQuery}/${name ?? ''}`, ...known });
    return { provider, model: name, prefixLength: 0 };
  }
  if (name === undefined) throw new GatewayError('model_missing', known);
  const slash = name.indexOf('/');
  const provider = providers.get(name.slice(0, Math.max(slash, 0)));
  if (!provider || slash === name.length - 1) throw new GatewayError('model_not_found', { model: name, ...known });
  return { provider, model: name.slice(slash + 1), prefixLength: slash + 1 };
}

function checkName(name: string): void {
  if (name === '') throw new GatewayError('model_malformed', { reason: 'it is empty' });
  if (name.length > MAX_NAME_LENGTH) {
    throw new GatewayError('model_malformed', { reason: `it is longer than ${MAX_NAME_LENGTH} characters` });
  }
  if (UNUSABLE.test(name))
    throw new GatewayError('model_malformed', { reason: 'it has white space or control characters' });
}
