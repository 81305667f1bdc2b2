import type { GatewayConfig } from '../config.ts';
import { PROVIDER_ROWS, providerVariables } from './providers.ts';
import { VARIABLES, type Variable } from './variables.ts';

const HIDDEN = '(hidden)';
const SECRET_KEYS = new Set(['clientSecret', 'apiKey']);

/** The variables as rows of the README's table and of `--help`. */
export function variableRows(): { name: string; standard: string; meaning: string }[] {
  const own = Object.entries(VARIABLES).map(([name, { default: standard, meaning }]: [string, Variable<unknown>]) => ({
    name,
    standard: standard === VARIABLES.OIDC_ALGORITHMS.default ? 'the asymmetric ones' : (standard ?? ''),
    meaning,
  }));
  return [
    ...own,
    {
      name: '<PROVIDER>_API_KEY, <PROVIDER>_API_URL',
      standard: '',
      meaning: `switch a provider on; the URL is the base the OpenAI SDK would take. Providers: ${PROVIDER_ROWS.map(({ id }) => id).join(', ')}`,
    },
  ];
}

/** What `--help` prints. */
export function help(): string {
  const rows = variableRows().map(
    ({ name, standard, meaning }) => `  ${name}${standard && ` [${standard}]`}\n      ${meaning}`,
  );
  return [
    'Usage: gateway [--check] [--help]    (from the sources: npm run gateway -- --check)',
    '',
    'Starts the gateway from environment variables. --check reads them, prints what they mean with secrets hidden, and exits.',
    'Every variable may come from a file instead: NAME_FILE=/path.',
    '',
    ...rows,
  ].join('\n');
}

/** The configuration as JSON, with secrets hidden. Durations are milliseconds, sizes bytes. */
export function describeConfig(config: GatewayConfig): string {
  const shown = {
    ...config,
    auth: config.auth ?? 'off: every caller is let in',
    providers: config.providers.map((provider) => ({
      ...provider,
      variables: Object.values(providerVariables(provider.id)),
    })),
  };
  return JSON.stringify(shown, (key, value) => (SECRET_KEYS.has(key) && value !== undefined ? HIDDEN : value), 2);
}
