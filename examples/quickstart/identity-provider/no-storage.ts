import type { Adapter, AdapterConstructor } from 'oidc-provider';

/**
 * Keeps nothing: access tokens are JWTs that stand for themselves, and no grant of this provider looks anything up later.
 * So memory does not grow with the tokens issued.
 */
export const NoStorage: AdapterConstructor = class implements Adapter {
  async upsert(): Promise<undefined> {}
  async find(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}
  async findByUid(): Promise<undefined> {}
  async consume(): Promise<undefined> {}
  async destroy(): Promise<undefined> {}
  async revokeByGrantId(): Promise<undefined> {}
};
