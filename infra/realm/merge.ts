/** A setting of the realm file, as Keycloak represents it. */
type Value = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** What Keycloak has to be told, and what that is about. */
export interface Difference {
  /** The fields to send. Lists are whole, records hold only the keys that change. Empty when all is as wanted. */
  readonly patch: Record<string, Value>;
  /** Names of the fields in `patch`, those in a record as `attributes.<key>`. */
  readonly fields: readonly string[];
}

/**
 * Compares what Keycloak has with what is wanted. Only wanted fields count: a text, number or boolean must be the same,
 * a record must hold the wanted keys, a list must hold the wanted entries; other fields, keys and entries are left alone.
 */
export function difference(current: object, wanted: Readonly<Record<string, Value | undefined>>): Difference {
  const patch: Record<string, Value> = {};
  const fields: string[] = [];
  const has: Readonly<Record<string, unknown>> = { ...current };
  for (const [name, value] of Object.entries(wanted)) {
    if (value === undefined) continue;
    const [change, changed] = compare(name, has[name], value);
    if (changed.length === 0) continue;
    patch[name] = change;
    fields.push(...changed);
  }
  return { patch, fields };
}

function compare(name: string, current: unknown, wanted: Value): [Value, string[]] {
  if (typeof wanted !== 'object') return [wanted, same(current, wanted) ? [] : [name]];
  if (isList(wanted)) {
    const entries: unknown[] = Array.isArray(current) ? current : [];
    const texts = entries.filter((entry) => typeof entry === 'string');
    const missing = wanted.filter((entry) => !texts.includes(entry));
    return [[...texts, ...missing], missing.length > 0 ? [name] : []];
  }
  const record: Readonly<Record<string, unknown>> = { ...(typeof current === 'object' ? current : {}) };
  const changes = Object.entries(wanted).filter(([key, value]) => !same(record[key], value));
  return [Object.fromEntries(changes), changes.map(([key]) => `${name}.${key}`)];
}

const isList = (value: object): value is readonly string[] => Array.isArray(value);

/** Keycloak leaves empty texts out of what it stores. */
const same = (current: unknown, wanted: Value): boolean => (current ?? '') === wanted;

/** The settings among a representation's fields: its texts, numbers and booleans. */
export function settingsOf(representation: object): Record<string, string | number | boolean> {
  const settings = Object.entries(representation).filter((entry): entry is [string, string | number | boolean] =>
    ['string', 'number', 'boolean'].includes(typeof entry[1]),
  );
  return Object.fromEntries(settings);
}
