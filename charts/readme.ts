import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isPair, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

/**
 * The chart's README, whose tables are made from values.yaml: every value with its default, and as its meaning the comment
 * above it. `--write` renews them, `--check` fails when they differ.
 */
const CHART = new URL('inference-gateway/', import.meta.url);
const VALUES = new URL('values.yaml', CHART);
const README = new URL('README.md', CHART);
const MARKS = ['<!-- values: made from values.yaml by `npm run fix` -->', '<!-- /values -->'] as const;
/** A comment that begins a section of the file. */
const SECTION = /^# (.+)$/;
const LONGEST_DEFAULT = 60;

interface Row {
  readonly section?: string;
  readonly path: string;
  readonly meaning: string;
  readonly standard: string;
}

/** The rows of a map and of the maps in it, in the order of the file. Throws when a value comes without its meaning. */
function rowsOf(map: YAMLMap, path: string, inherited: string): Row[] {
  return map.items.flatMap((pair, index) => {
    const { key, value } = pair as Pair;
    if (!isScalar(key)) throw new TypeError('keys of values are words');
    // The comment above the first key of a map belongs to the map.
    const comment = key.commentBefore ?? (index === 0 ? (map.commentBefore ?? inherited) : '');
    const lines = comment.split('\n').map((line) => line.trim());
    const heading = lines.findLastIndex((line) => SECTION.test(line));
    const section = SECTION.exec(lines[heading] ?? '')?.[1];
    const meaning = lines
      .slice(heading + 1)
      .filter(Boolean)
      .join(' ');
    const name = `${path}${key.value}`;
    const row = { path: name, meaning, ...(section && { section }) };
    if (!meaning) throw new Error(`values.yaml says nothing about ${name}`);
    if (isMap(value) && isDescribed(value)) return [{ ...row, standard: '' }, ...rowsOf(value, `${name}.`, '')];
    return [{ ...row, standard: defaultOf(pair as Pair) }];
  });
}

/** Whether the keys of a map have meanings of their own. */
const isDescribed = (map: YAMLMap): boolean =>
  Boolean(map.commentBefore) || map.items.some(({ key }) => isScalar(key) && key.commentBefore);

function defaultOf({ value }: Pair): string {
  const plain: unknown = isScalar(value) || value === null ? (value?.value ?? null) : (value as YAMLMap).toJSON();
  const text = JSON.stringify(plain);
  return text.length > LONGEST_DEFAULT ? 'see values.yaml' : `\`${text}\``;
}

function table(): string {
  const document = parseDocument(readFileSync(VALUES, 'utf8'));
  if (!isMap(document.contents) || !document.contents.items.every(isPair)) throw new TypeError('values are a map');
  const head = '| value | default | meaning |\n|---|---|---|';
  const rows = rowsOf(document.contents, '', '').map(({ section, path, standard, meaning }) => {
    const line = `| \`${path}\` | ${standard} | ${meaning.replaceAll('|', '\\|')} |`;
    return section ? `\n### ${section}\n\n${head}\n${line}` : line;
  });
  return rows.join('\n').trim();
}

/** The README with the tables of today's values. */
export function freshReadme(text: string): string {
  const [begin, end] = MARKS;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to === -1) throw new Error('the marks of the tables are missing');
  return `${text.slice(0, from + begin.length)}\n\n${table()}\n\n${text.slice(to)}`;
}

if (import.meta.main) {
  const [mode = ''] = process.argv.slice(2);
  if (!['--check', '--write'].includes(mode)) throw new Error('usage: readme.ts --check|--write');
  const text = readFileSync(README, 'utf8');
  const fresh = freshReadme(text);
  if (mode === '--write') writeFileSync(README, fresh);
  else if (fresh !== text) {
    process.stderr.write("The chart's README is not that of its values.yaml; `npm run fix` renews it.\n");
    process.exit(1);
  }
}
