import { GatewayError } from '../errors.ts';

/** Where a request goes. */
export interface Target<P> {
  readonly provider: P;
  /** The model as the provider knows it; undefined when the request names none. */
  readonly model: string | undefined;
  /** Characters at the beginning of the given name that are for the gateway only. */
  readonly prefixLength: number;
}

/**
 * Finds the provider of a request: by the prefix of its model (`provider/model`), or by the query `?provider=`, with
 * which the model's name is left as it is.
 *
 * @throws GatewayError model_missing, model_not_found
 */
export function resolveTarget<P>(
  providers: ReadonlyMap<string, P>,
  name: string | undefined,
  providerQuery: string | undefined,
): Target<P> {
  if (providerQuery !== undefined) {
    const provider = providers.get(providerQuery);
    if (!provider)
      throw new GatewayError('model_not_found', { model: `${providerQuery}/${name ?? ''}`, ...knownOf(providers) });
    return { provider, model: name, prefixLength: 0 };
  }
  if (name === undefined) throw new GatewayError('model_missing', knownOf(providers));
  const slash = name.indexOf('/');
  const provider = providers.get(name.slice(0, Math.max(slash, 0)));
  if (!provider || slash === name.length - 1)
    throw new GatewayError('model_not_found', { model: name, ...knownOf(providers) });
  return { provider, model: name.slice(slash + 1), prefixLength: slash + 1 };
}

const knownOf = (providers: ReadonlyMap<string, unknown>) => ({
  providers: [...providers.keys()].join(', ') || 'none',
});
