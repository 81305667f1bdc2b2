import { z } from 'zod';
import { isSecure } from '../config/values.ts';
import type { AuthConfig } from '../config.ts';
import { type KeySet, readKeySet } from './key-set.ts';

/** Fetches a JSON document; rejects on anything but a 200 with JSON of a bounded size in a bounded time. */
export type FetchJson = (url: string) => Promise<unknown>;

const metadataSchema = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });

/**
 * Fetches the issuer's keys: the discovery document (OpenID Connect Discovery 1.0 §4), then its `jwks_uri`.
 *
 * @throws Error whose message says which of the two failed, and how
 */
export async function fetchKeys(config: AuthConfig, fetchJson: FetchJson): Promise<KeySet> {
  const url = config.jwksUrl ?? (await jwksUri(config, fetchJson));
  try {
    return await readKeySet(await fetchJson(url));
  } catch (error) {
    throw new Error(`keys at ${url}: ${messageOf(error)}`, { cause: error });
  }
}

async function jwksUri({ issuer, discoveryUrl }: AuthConfig, fetchJson: FetchJson): Promise<string> {
  try {
    const read = metadataSchema.safeParse(await fetchJson(discoveryUrl));
    if (!read.success) throw new Error('the answer is not a discovery document');
    // §4.3: another issuer's document says nothing about ours.
    if (read.data.issuer !== issuer) {
      throw new Error(`it is the document of ${read.data.issuer}: OIDC_ISSUER_URL must be exactly that`);
    }
    const uri = URL.parse(read.data.jwks_uri);
    if (!uri || !isSecure(uri)) throw new Error(`its jwks_uri ${read.data.jwks_uri} is not https`);
    return uri.href;
  } catch (error) {
    throw new Error(`discovery at ${discoveryUrl}: ${messageOf(error)}`, { cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
