import { readFileSync, writeFileSync } from 'node:fs';
import { variableRows } from './config/describe.ts';
import { PROVIDER_ROWS } from './config/providers.ts';
import { ERRORS } from './errors.ts';
import { ENDPOINTS } from './proxy/endpoints.ts';

/** The README's tables, made from the tables that the gateway runs on: `--write FILE` renews them, `--check FILE` fails when they differ. */
const TABLES: Readonly<Record<string, () => string[]>> = {
  endpoints: () => [
    '| path | token | |',
    '|---|---|---|',
    '| `GET /health` | no | liveness; never depends on the issuer |',
    '| `GET /health/ready` | no | 503 until keys are known and while stopping; says which check fails |',
    '| `GET /.well-known/oauth-protected-resource` | no | RFC 9728 metadata, when `SERVER_PUBLIC_URL` is set |',
    '| `GET /v1/models`, `GET /v1/models/{provider/model}` | yes | all providers, cached |',
    ...ENDPOINTS.map(({ name, path, capability }) => {
      const shown = path.replace(/:(\w+)\{.*\}/, '{$1}');
      const who = PROVIDER_ROWS.filter((row) => row.capabilities?.includes(capability ?? 'messages')).map(
        ({ id }) => id,
      );
      return `| \`POST /v1${shown}\` | yes | ${capability ? `${name}, to providers that speak it (${who.join(', ')})` : name} |`;
    }),
    '| `ANY /proxy/{provider}/{path}` | yes | as it is; off unless `PROXY_ROUTES` lists the route |',
    '| `GET /metrics` | – | Prometheus, on the metrics port only |',
  ],
  configuration: () => [
    '| variable | default | meaning |',
    '|---|---|---|',
    ...variableRows().map(({ name, standard, meaning }) => {
      const names = name.split(', ').map((one) => `\`${one}\``);
      return `| ${names.join(', ')} | ${standard && `\`${standard}\``} | ${meaning.replaceAll('|', '\\|')} |`;
    }),
  ],
  errors: () => [
    '| code | status | message |',
    '|---|---|---|',
    ...Object.entries(ERRORS).map(([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`),
  ],
};

function withTables(text: string): string {
  return Object.entries(TABLES).reduce((document, [name, rows]) => {
    const [begin, end] = [`<!-- ${name}: made by \`npm run fix\` -->`, `<!-- /${name} -->`];
    const [from, to] = [document.indexOf(begin), document.indexOf(end)];
    if (from === -1 || to === -1) throw new Error(`the marks of the table "${name}" are missing`);
    return `${document.slice(0, from + begin.length)}\n${rows().join('\n')}\n${document.slice(to)}`;
  }, text);
}

const [mode, file = ''] = process.argv.slice(2);
if (!['--check', '--write'].includes(mode ?? '') || !file) throw new Error('usage: reference.ts --check|--write FILE');
const text = readFileSync(file, 'utf8');
const fresh = withTables(text);
if (mode === '--write') writeFileSync(file, fresh);
else if (fresh !== text) {
  process.stderr.write(`${file}: its tables are not those of the code; \`npm run fix\` renews them.\n`);
  process.exit(1);
}
