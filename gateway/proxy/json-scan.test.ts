import { expect, test } from 'vitest';
import { scanObject } from './json-scan.ts';

const accepts = (text: string): boolean => {
  try {
    scanObject(Buffer.from(text), () => {});
    return true;
  } catch {
    return false;
  }
};

/** What JSON.parse, a reader that is not ours, says of an object. */
const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const VALUES = [
  ...[
    '0',
    '-0',
    '1',
    '10',
    '01',
    '-',
    '+1',
    '1.',
    '.5',
    '1.5',
    '1e5',
    '1E+5',
    '1e-5',
    '1e',
    '1e+',
    '0x1',
    '1_0',
    'NaN',
    'Infinity',
  ],
  ...[
    'true',
    'false',
    'null',
    'True',
    'nul',
    'nulll',
    'undefined',
    '"',
    '"a"',
    "'a'",
    '"\\"',
    '"\\\\"',
    '"\\/\\b\\f\\n\\r\\t"',
    '"\\x"',
  ],
  ...[
    '"\\u00e9"',
    '"\\u00E9"',
    '"\\u00g9"',
    '"\\u12"',
    '"\t"',
    '"\n"',
    '"\u007f"',
    '"\u2028"',
    '[]',
    '[1]',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[',
    ']',
  ],
  ...[
    '{}',
    '{"a":1}',
    '{"a":1,}',
    '{a:1}',
    '{"a"}',
    '{"a":}',
    '{,}',
    '{"a":1 "b":2}',
    '[[{"a":[{}]}]]',
    '[[}]',
    '/* */1',
    '1 // x',
    '',
  ],
];

test.each(VALUES.flatMap((value) => [`{"x":${value}}`, ` {"x" : ${value} , "y": [ ${value} ] } `]))(
  'accepts what JSON.parse accepts, and nothing else: %j',
  (text) => expect(accepts(text)).toBe(parses(text)),
);

test.each(['', ' ', '[]', '1', '"x"', 'null', '{}{}', '{} x', '{"a":1', '\ufeff{}', '{}\0'])('refuses %j', (text) => {
  expect(accepts(text)).toBe(false);
});

test('random damage is judged as JSON.parse judges it', () => {
  const good = '{"model":"a/b","n":[1,-2.5e3,{"s":"\\u0041\\n\\"x"}],"t":true,"z":null}';
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  for (let i = 0; i < 20_000; i++) {
    const at = random(good.length);
    const text = good.slice(0, at) + '{}[],:"\\0 eE+-.tnu\n'.charAt(random(20)) + good.slice(at + random(3));
    const isObject = parses(text) && text.trimStart().startsWith('{');
    expect(accepts(text), text).toBe(isObject);
  }
});

test('a body made to be large in memory is read in place', () => {
  const before = process.memoryUsage().rss;
  scanObject(Buffer.from(`{"x":[${'[],'.repeat(3_000_000)}[]]}`), () => {});
  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  expect(accepts(`{"x":${'['.repeat(5000)}${']'.repeat(5000)}}`)).toBe(false);
});
