import type { ProviderConfig } from '../config.ts';

/** Where a provider answers an OpenAI path (`/chat/completions`): under its base, unless its row says otherwise. */
export function upstreamUrl(provider: ProviderConfig, path: string): URL {
  const own = provider.paths?.[path] ?? path;
  return new URL(own.startsWith('/') ? provider.url + own : own);
}
