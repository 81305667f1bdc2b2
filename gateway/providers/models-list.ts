import { z } from 'zod';
import { GatewayError } from '../errors.ts';

/** A row of `GET /v1/models`, in OpenAI's shape, with `served_by` for the provider. */
export interface Model {
  /** `provider/model`. */
  readonly id: string;
  readonly object: 'model';
  readonly created: number;
  readonly owned_by: string;
  readonly served_by: string;
}

/** A provider that can be asked for its list of models. */
export interface ModelsSource {
  readonly id: string;
  /** Gives the provider's own document; rejects when it can't be had. */
  list(): Promise<unknown>;
}

/** How long a provider's list counts as fresh; behind that it is still served while a new one is fetched. */
const FRESH = 60_000;
/** OpenAI says `data` and `id`; Cohere `models` and `name`; Cloudflare `result` and `name`. */
const entry = z.looseObject({ id: z.string().optional(), name: z.string().optional() });
const answer = z.union([
  z.looseObject({ data: z.array(entry) }).transform(({ data }) => data),
  z.looseObject({ models: z.array(entry) }).transform(({ models }) => models),
  // Its `id` is a number of its own; models are called by name.
  z.looseObject({ result: z.array(entry) }).transform(({ result }) => result.map(({ id: _, ...rest }) => rest)),
]);

interface Cached {
  models: readonly Model[] | undefined;
  fetchedAt: number;
  running: Promise<void> | undefined;
}

/** The union of the providers' models, each list cached; a provider that does not answer keeps its last list. */
export class ModelsList {
  readonly #providers: readonly ModelsSource[];
  readonly #failed: (provider: string, error: Error) => void;
  readonly #now: () => number;
  readonly #cache = new Map<string, Cached>();

  constructor(
    providers: readonly ModelsSource[],
    failed: (provider: string, error: Error) => void = () => {},
    now: () => number = () => performance.now(),
  ) {
    this.#providers = providers;
    this.#failed = failed;
    this.#now = now;
  }

  /** @throws GatewayError upstream_unreachable when there are providers and none has ever answered */
  async all(): Promise<readonly Model[]> {
    const lists = await Promise.all(this.#providers.map((provider) => this.#of(provider)));
    if (lists.length > 0 && lists.every((list) => list === undefined)) {
      throw new GatewayError('upstream_unreachable', { provider: this.#providers.map(({ id }) => id).join(', ') });
    }
    return lists.flatMap((list) => list ?? []);
  }

  async #of(provider: ModelsSource): Promise<readonly Model[] | undefined> {
    const cached = this.#cache.get(provider.id) ?? {
      models: undefined,
      fetchedAt: Number.NEGATIVE_INFINITY,
      running: undefined,
    };
    this.#cache.set(provider.id, cached);
    if (this.#now() - cached.fetchedAt > FRESH) {
      cached.running ??= this.#refresh(provider, cached).finally(() => {
        cached.running = undefined;
      });
      if (cached.models === undefined) await cached.running;
    }
    return cached.models;
  }

  async #refresh(provider: ModelsSource, cached: Cached): Promise<void> {
    try {
      cached.models = readModels(await provider.list(), provider);
    } catch (error) {
      this.#failed(provider.id, error instanceof Error ? error : new Error(String(error)));
    }
    // A provider that is down is asked again after the same time, not at every request.
    cached.fetchedAt = this.#now();
  }
}

function readModels(document: unknown, { id: provider }: ModelsSource): Model[] {
  const read = answer.safeParse(document);
  if (!read.success) throw new Error('its answer is not a list of models');
  return read.data.flatMap(({ id, name, ...rest }: z.output<typeof entry>) => {
    // Google writes `models/gemini-…`, and takes the name without.
    const model = (id ?? name)?.replace(/^models\//, '');
    if (!model) return [];
    const created = typeof rest['created'] === 'number' ? rest['created'] : 0;
    const owner = typeof rest['owned_by'] === 'string' ? rest['owned_by'] : provider;
    return [{ id: `${provider}/${model}`, object: 'model' as const, created, owned_by: owner, served_by: provider }];
  });
}
