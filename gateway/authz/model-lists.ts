import type { GatewayConfig } from '../config.ts';

/** Which models may be used. */
export interface ModelFilter {
  /** Whether a provider's model may be. A request that names no model passes only when there is no list of allowed ones. */
  mayUse(provider: string, model: string | undefined): boolean;
  /** Whether any model may not be: then a body whose model can't be read may not pass. */
  readonly restricted: boolean;
}

/**
 * ALLOWED_MODELS and DISALLOWED_MODELS: `provider/model` or, for every provider, `model`; `*` stands for any
 * characters; letters count in any case, since some providers read names so. Disallowed wins.
 */
export function createModelFilter({ allowed, disallowed }: GatewayConfig['models']): ModelFilter {
  const isAllowed = matcher(allowed);
  const isDisallowed = matcher(disallowed);
  return {
    restricted: allowed.length + disallowed.length > 0,
    mayUse(provider, model) {
      if (model === undefined) return allowed.length === 0;
      if (disallowed.length > 0 && namesOf(model).some((name) => isDisallowed(provider, name))) return false;
      return allowed.length === 0 || isAllowed(provider, model);
    },
  };
}

/** Google takes `models/gemini-…` and `gemini-…` for the same; the list of models shows the shorter. */
const namesOf = (model: string) => [model, model.replace(/^models\//, '')];

function matcher(patterns: readonly string[]) {
  const compiled = patterns.map((pattern) => ({ qualified: pattern.includes('/'), expression: wildcard(pattern) }));
  return (provider: string, model: string) =>
    compiled.some(({ qualified, expression }) => expression.test(qualified ? `${provider}/${model}` : model));
}

/** A pattern in which `*` is any run of characters, compared as a whole and in any case. */
export function wildcard(pattern: string, flags = 'i'): RegExp {
  const literal = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, `${flags}s`);
}
