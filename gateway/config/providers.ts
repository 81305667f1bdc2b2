import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { Problem, ReadFile } from './spelling.ts';
import { isLoopback, url } from './values.ts';

/** How a provider takes its key: as a Bearer token, in a header of that name, or not at all. */
export type KeyStyle = 'bearer' | 'none' | { readonly header: string };

/** A provider as data. Adding one means adding a row. */
export interface ProviderRow {
  /** The prefix of its models (`id/model`), and in capitals of its variables (`ID_API_URL`, `ID_API_KEY`). */
  readonly id: string;
  /** The base the OpenAI SDK would take; absent when everyone has their own. */
  readonly url?: string;
  readonly key: KeyStyle;
  /** Headers that every request to it carries. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Paths that differ from OpenAI's, by OpenAI's path; a full URL where even the host differs. */
  readonly paths?: Readonly<Record<string, string>>;
  /** Paths of the gateway beyond OpenAI's own that it answers. */
  readonly capabilities?: readonly Capability[];
}

/** `messages`: Anthropic's own format. */
export type Capability = 'messages';

/** A provider that is switched on. */
export interface ProviderConfig extends Omit<ProviderRow, 'url'> {
  readonly url: string;
  readonly apiKey?: string;
}

const bearer = 'bearer';

/** The providers that need no file. One is on when its key is set, or when it needs none and its URL is set. */
export const PROVIDER_ROWS: readonly ProviderRow[] = [
  { id: 'openai', url: 'https://api.openai.com/v1', key: bearer },
  {
    id: 'anthropic',
    url: 'https://api.anthropic.com/v1',
    key: { header: 'x-api-key' },
    headers: { 'anthropic-version': '2023-06-01' },
    capabilities: ['messages'],
  },
  {
    id: 'cohere',
    url: 'https://api.cohere.ai/compatibility/v1',
    key: bearer,
    paths: { '/models': 'https://api.cohere.ai/v1/models', '/rerank': 'https://api.cohere.ai/v2/rerank' },
  },
  // The account's number is in the URL, so there is no default: https://api.cloudflare.com/client/v4/accounts/<id>/ai/v1
  { id: 'cloudflare', key: bearer, paths: { '/models': '/../models/search' } },
  { id: 'deepseek', url: 'https://api.deepseek.com/v1', key: bearer },
  { id: 'google', url: 'https://generativelanguage.googleapis.com/v1beta/openai', key: bearer },
  { id: 'groq', url: 'https://api.groq.com/openai/v1', key: bearer },
  { id: 'llamacpp', key: 'none' },
  { id: 'minimax', url: 'https://api.minimax.io/v1', key: bearer },
  { id: 'mistral', url: 'https://api.mistral.ai/v1', key: bearer },
  { id: 'moonshot', url: 'https://api.moonshot.ai/v1', key: bearer },
  { id: 'nvidia', url: 'https://integrate.api.nvidia.com/v1', key: bearer },
  { id: 'ollama', key: 'none' },
  { id: 'ollama_cloud', url: 'https://ollama.com/v1', key: bearer },
  { id: 'zai', url: 'https://api.z.ai/api/paas/v4', key: bearer },
];

/** These are the gateway's to say. */
const RESERVED =
  /^(connection|content-.*|expect|host|keep-alive|te|trailer|transfer-encoding|upgrade|user-agent|x-request-id)$/i;
const headerName = z
  .string()
  .regex(/^[a-z0-9-]+$/i)
  .refine((name) => !RESERVED.test(name), 'is a header that the gateway sets itself');

const rowSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/, 'must be lower-case letters, digits, - and _, a letter first'),
  url: url.optional(),
  key: z.union([z.enum(['bearer', 'none']), z.strictObject({ header: headerName })]).default(bearer),
  headers: z.record(headerName, z.string().regex(/^[\x20-\x7e]*$/)).optional(),
  paths: z.record(z.string().startsWith('/'), z.string()).optional(),
  capabilities: z.array(z.enum(['messages'])).optional(),
});
const fileSchema = z.strictObject({ providers: z.array(rowSchema) });

/**
 * Reads the rows of PROVIDERS_FILE. A row with the id of a built-in provider takes its place.
 * Problems name the row and the key.
 */
export function readProvidersFile(path: string, readFile: ReadFile, problems: Problem[]): ProviderRow[] {
  const problem = (message: string) => problems.push({ variable: 'PROVIDERS_FILE', message });
  try {
    const read = fileSchema.safeParse(parseYaml(readFile(path), { maxAliasCount: 100 }));
    if (!read.success) for (const issue of read.error.issues) problem(`${issue.path.join('.')}: ${issue.message}`);
    const rows = (read.data?.providers ?? []) as ProviderRow[];
    for (const row of rows.filter(({ id }, index) => rows.findIndex((other) => other.id === id) !== index)) {
      problem(`two rows have the id ${row.id}`);
    }
    return rows;
  } catch (error) {
    problem(`can't be read: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** The variables of a provider. */
export const providerVariables = (id: string): { url: string; key: string } => {
  const name = id.toUpperCase().replaceAll('-', '_');
  return { url: `${name}_API_URL`, key: `${name}_API_KEY` };
};

/** Switches providers on by their variables; a row of PROVIDERS_FILE with a URL and no key to send is on as it is. */
export function enableProviders(
  rows: readonly { row: ProviderRow; fromFile: boolean }[],
  texts: ReadonlyMap<string, string>,
  problems: Problem[],
  warnings: string[],
): ProviderConfig[] {
  return rows.flatMap(({ row, fromFile }) => {
    const names = providerVariables(row.id);
    const apiKey = texts.get(names.key);
    const ownUrl = texts.get(names.url);
    if (ownUrl !== undefined && !url.safeParse(ownUrl).success) {
      problems.push({ variable: names.url, message: 'must be an http(s) URL without credentials, query or fragment' });
      return [];
    }
    const base = (ownUrl ?? row.url)?.replace(/\/+$/, '');
    if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
      problems.push({ variable: names.key, message: 'has characters that a header cannot carry' });
    }
    if (row.key === 'none' ? !(ownUrl ?? (fromFile ? row.url : undefined)) : !apiKey) return [];
    if (!base) {
      problems.push({
        variable: names.url,
        message: `${names.key} is set, and this provider has no address of its own`,
      });
      return [];
    }
    warnAboutClearText(base, apiKey, names, warnings);
    return [{ ...row, url: base, ...(apiKey !== undefined && { apiKey }) }];
  });
}

function warnAboutClearText(
  base: string,
  apiKey: string | undefined,
  names: { url: string; key: string },
  warnings: string[],
): void {
  const { protocol, hostname } = new URL(base);
  if (apiKey && protocol === 'http:' && !isLoopback(hostname)) {
    warnings.push(`${names.url} is http: ${names.key} crosses the network in the clear`);
  }
}
