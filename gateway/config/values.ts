import { z } from 'zod';

/** How the text of one variable becomes a value. The message of a problem says what the text should have been. */
export type Parse<T> = z.ZodType<T, string>;

const from = <T>(read: (text: string) => T | undefined, expected: string): Parse<T> =>
  z.string().transform((text, context) => {
    const value = read(text.trim());
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `must be ${expected}` });
    return z.NEVER;
  });

const TRUE = ['true', '1', 'yes', 'on'];
const FALSE = ['false', '0', 'no', 'off'];

export const text: Parse<string> = from((value) => value, 'text');

export const boolean: Parse<boolean> = from((value) => {
  const word = value.toLowerCase();
  if (TRUE.includes(word)) return true;
  return FALSE.includes(word) ? false : undefined;
}, 'true or false');

/** One of the given words, in any case. */
export const oneOf = <const W extends readonly string[]>(...words: W): Parse<W[number]> =>
  from((value) => words.find((word) => word === value.toLowerCase()), words.join(' or '));

/** A whole number between `min` and `max`, both included. */
export const integer = (min: number, max: number): Parse<number> =>
  from((value) => within(/^\d+$/.test(value) ? Number(value) : undefined, min, max), `a number from ${min} to ${max}`);

/** A TCP port; 0 lets the system choose (or, where the table says so, turns a listener off). */
export const port: Parse<number> = integer(0, 65535);

const MILLISECONDS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration with its unit (`500ms`, `30s`, `10m`, `24h`, `1d`, or `0`), in milliseconds. */
export const duration = (min: string, max: string): Parse<number> =>
  from(
    (value) => within(milliseconds(value), milliseconds(min) ?? 0, milliseconds(max) ?? 0),
    `a duration with its unit from ${min} to ${max}, such as 500ms, 30s, 10m or 24h`,
  );

/** Milliseconds in `500ms`, `30s`, `10m`, `24h`, `1d` or `0`; undefined for anything else. */
export function milliseconds(value: string): number | undefined {
  if (value === '0') return 0;
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(value) ?? [];
  return count && unit ? Number(count) * (MILLISECONDS[unit] ?? 0) : undefined;
}

const BYTES: Record<string, number> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** A size with its unit (`64KiB`, `32MiB`, `1GiB`, `512B`), in bytes. */
export const size = (min: string, max: string): Parse<number> =>
  from(
    (value) => within(bytes(value), bytes(min) ?? 0, bytes(max) ?? 0),
    `a size with its unit from ${min} to ${max}, such as 512KiB or 32MiB`,
  );

function bytes(value: string): number | undefined {
  const [, count, unit] = /^(\d+)(B|KiB|MiB|GiB)$/.exec(value) ?? [];
  return count && unit ? Number(count) * (BYTES[unit] ?? 0) : undefined;
}

/** Comma-separated words; white space around them and empty ones do not count. */
export const list: Parse<string[]> = from((value) => words(value), 'a comma-separated list');

/** Comma-separated words, each one of `allowed`. */
export const listOf = (allowed: readonly string[]): Parse<string[]> =>
  from(
    (value) => (words(value).every((word) => allowed.includes(word)) ? words(value) : undefined),
    `a comma-separated list of ${allowed.join(', ')}`,
  );

function words(value: string): string[] {
  return value
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** An http or https URL without credentials, query or fragment. The text is kept as it stands: an issuer is compared exactly. */
export const url: Parse<string> = from(
  (value) => (plainUrl(value) ? value : undefined),
  'an http(s) URL without credentials, query or fragment',
);

/** As {@link url}, and https unless the host is this machine's loopback: keys fetched in the clear prove nothing. */
export const secureUrl: Parse<string> = from((value) => {
  const parsed = plainUrl(value);
  return parsed && isSecure(parsed) ? value : undefined;
}, 'an https URL (http only for loopback) without credentials, query or fragment');

function plainUrl(value: string): URL | undefined {
  const parsed = URL.parse(value);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return undefined;
  return parsed.username || parsed.password || value.includes('?') || value.includes('#') ? undefined : parsed;
}

/** Whether what is fetched from `url` cannot be changed on the way: https, or a loopback address. */
export function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || isLoopback(url.hostname);
}

/** Whether a host name or address can only mean this machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(host);
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}
