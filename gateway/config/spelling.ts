/** Names of the original project and the canonical ones that they mean. */
export const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    AUTH_ENABLE: 'ENABLE_AUTH',
    AUTH_ENABLED: 'ENABLE_AUTH',
    AUTH_OIDC_ISSUER: 'OIDC_ISSUER_URL',
    AUTH_OIDC_ISSUER_URL: 'OIDC_ISSUER_URL',
    AUTH_OIDC_CLIENT_ID: 'OIDC_CLIENT_ID',
    AUTH_OIDC_CLIENT_SECRET: 'OIDC_CLIENT_SECRET',
    SERVER_TLS_CERT_PATH: 'SERVER_TLS_CERT_FILE',
    SERVER_TLS_KEY_PATH: 'SERVER_TLS_KEY_FILE',
  }),
);

/** Names with a meaning of their own that this version does not have: to pass over them in silence would let people in. */
const UNAVAILABLE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    POLICY_FILE: 'policies are not available in this version; use ALLOWED_MODELS or remove it',
    OIDC_INTROSPECTION: 'introspection is not available in this version; set it to off or remove it',
    OIDC_INTROSPECTION_TTL: 'introspection is not available in this version; remove it',
  }),
);

/** A mistyped one of these could turn authentication off without a word. */
const GUARDED = /^(AUTH|OIDC_|ENABLE_AUTH)/;
/** What Kubernetes sets for every Service of the namespace, one that is called `auth` included. */
const SERVICE_LINK = /_(SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;
const FILE_SUFFIX = '_FILE';

export type Environment = Readonly<Record<string, string | undefined>>;
/** Gives the text of a file; throws when it can't be read. */
export type ReadFile = (path: string) => string;

export interface Problem {
  readonly variable: string;
  readonly message: string;
}

export interface Canonical {
  /** Canonical names and their texts; empty ones are left out, as not set. */
  readonly texts: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * Brings an environment to canonical names: old spellings with a warning, `NAME_FILE` by the file's text, and guarded
 * names that nobody knows, as problems.
 *
 * @param known whether a name is a variable of ours
 */
export function canonicalize(
  environment: Environment,
  readFile: ReadFile,
  known: (name: string) => boolean,
): Canonical {
  const texts = new Map<string, string>();
  const warnings: string[] = [];
  const problems: Problem[] = [];

  const set = (variable: string, text: string, spelled: string): void => {
    const before = texts.get(variable);
    if (before === undefined) texts.set(variable, text);
    else if (before !== text)
      problems.push({ variable, message: `is also set by ${spelled}, to another value: keep one` });
  };

  for (const { name, text } of withTelemetrySwitch(present(environment), warnings)) {
    const unavailable = UNAVAILABLE.get(name);
    const [base, fromFile] = splitFileSuffix(name, known);
    const variable = ALIASES.get(base) ?? base;
    if (unavailable !== undefined) {
      if (text.toLowerCase() !== 'off') problems.push({ variable: name, message: unavailable });
    } else if (known(variable)) {
      if (variable !== base) warnings.push(`${name} is an old name: use ${variable}${fromFile ? FILE_SUFFIX : ''}`);
      const content = fromFile ? contentOf(text, name, readFile, problems) : text;
      if (content) set(variable, content, name);
    } else if (GUARDED.test(name) && !SERVICE_LINK.test(name)) {
      problems.push({ variable: name, message: 'is not a variable of the gateway: a typing error?' });
    }
  }
  return { texts, warnings, problems };
}

/** `NAME_FILE` means the text of a file for `NAME`, unless the whole is a variable itself, such as SSL_CERT_FILE. */
function splitFileSuffix(name: string, known: (name: string) => boolean): [name: string, fromFile: boolean] {
  if (known(name) || !name.endsWith(FILE_SUFFIX)) return [name, false];
  return [name.slice(0, -FILE_SUFFIX.length), true];
}

/** Set variables, canonical spellings first, so that a conflict is told of the old spelling. */
function present(environment: Environment): { name: string; text: string }[] {
  return Object.entries(environment)
    .map(([name, text]) => ({ name, text: text?.trim() ?? '' }))
    .filter(({ text }) => text !== '')
    .sort((a, b) => Number(ALIASES.has(a.name)) - Number(ALIASES.has(b.name)));
}

/** The original's TELEMETRY_ENABLE: metrics are always on here unless their port is 0. */
function withTelemetrySwitch(entries: { name: string; text: string }[], warnings: string[]): typeof entries {
  return entries.map((entry) => {
    if (entry.name !== 'TELEMETRY_ENABLE') return entry;
    warnings.push('TELEMETRY_ENABLE is an old name: metrics are on unless TELEMETRY_METRICS_PORT is 0');
    const off = /^(false|0|no|off)$/i.test(entry.text);
    return off ? { name: 'TELEMETRY_METRICS_PORT', text: '0' } : entry;
  });
}

function contentOf(path: string, variable: string, readFile: ReadFile, problems: Problem[]): string | undefined {
  try {
    return readFile(path).trim();
  } catch (error) {
    problems.push({ variable, message: `can't be read: ${error instanceof Error ? error.message : String(error)}` });
    return undefined;
  }
}
