import type { Context } from 'hono';
import { GatewayError } from '../errors.ts';
import type { Model } from '../providers/models-list.ts';
import type { GatewayEnv } from './exchange.ts';

interface Models {
  all(): Promise<readonly Model[]>;
}
type MayUse = (provider: string, model: string) => boolean;

const nameOf = ({ id, served_by }: Model) => id.slice(served_by.length + 1);

/** `GET /v1/models`: what the caller may use, over all providers. */
export function listModels(models: Models, mayUse: MayUse) {
  return async function answerModels(c: Context<GatewayEnv>): Promise<Response> {
    const data = (await models.all()).filter((model) => mayUse(model.served_by, nameOf(model)));
    return c.json({ object: 'list', data });
  };
}

/** `GET /v1/models/{provider/model}`; a model that may not be used is as unknown as one that is not there. */
export function getModel(models: Models, mayUse: MayUse) {
  return async function answerModel(c: Context<GatewayEnv>): Promise<Response> {
    const id = c.req.param('model') ?? '';
    const all = await models.all();
    const model = all.find((candidate) => candidate.id === id && mayUse(candidate.served_by, nameOf(candidate)));
    const providers = [...new Set(all.map(({ served_by }) => served_by))].join(', ');
    if (!model) throw new GatewayError('model_not_found', { model: id, providers });
    return c.json(model);
  };
}
