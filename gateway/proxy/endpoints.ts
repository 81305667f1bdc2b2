import type { Capability } from '../config.ts';

/** One forwarded endpoint; its path is both the gateway's (under `/v1`) and, unless a row says otherwise, the provider's. */
export interface Endpoint {
  /** Its name in log and metrics. */
  readonly name: string;
  /** In Hono's syntax. */
  readonly path: string;
  /** What a provider must speak for it; absent: OpenAI's own, which all do in their way. */
  readonly capability?: Capability;
}

/** Adding an endpoint means adding a row. */
export const ENDPOINTS: readonly Endpoint[] = [
  { name: 'chat', path: '/chat/completions' },
  { name: 'completions', path: '/completions' },
  { name: 'embeddings', path: '/embeddings' },
  { name: 'responses', path: '/responses' },
  { name: 'moderations', path: '/moderations' },
  { name: 'images', path: '/images/:operation{[a-z]+}' },
  { name: 'audio', path: '/audio/:operation{[a-z]+}' },
  { name: 'rerank', path: '/rerank' },
  { name: 'messages', path: '/messages', capability: 'messages' },
];
