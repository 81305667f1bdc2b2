import { describe, expect, test } from 'vitest';
import { cutPrefix, findJsonModel } from './json-model.ts';

const find = (body: string | Buffer) => findJsonModel(Buffer.from(body as string))?.name;
const BACKSLASHES = '\\'.repeat(100_000);

describe('the model is found', () => {
  test.each([
    ['alone', '{"model":"a/b"}', 'a/b'],
    ['between others', '{"x":1,"model":"a/b","y":[]}', 'a/b'],
    ['with white space of every kind', '\r\n\t {\r\n"model"\t:\r\n "a/b" \n}\r\n', 'a/b'],
    ['behind nested models', '{"x":{"model":"no"},"y":[{"model":"no"}],"model":"a/b"}', 'a/b'],
    ['behind a text that looks like one', '{"x":"\\"model\\":\\"no\\"","model":"a/b"}', 'a/b'],
    ['behind a text that ends with backslashes', '{"x":"\\\\\\\\","model":"a/b"}', 'a/b'],
    ['behind a text with brackets', '{"x":"}]{[","model":"a/b"}', 'a/b'],
    ['behind a value "model"', '{"x":"model","model":"a/b"}', 'a/b'],
    ['behind a list of "model"', '{"x":["model","model"],"model":"a/b"}', 'a/b'],
    ['behind 100,000 backslashes', `{"x":"${BACKSLASHES}","model":"a/b"}`, 'a/b'],
    ['behind deep nesting', `{"x":${'['.repeat(198)}${']'.repeat(198)},"model":"a/b"}`, 'a/b'],
    ['under an escaped key', '{"\\u006dod\\u0065l":"a/b"}', 'a/b'],
    ['with escapes', '{"model":"op\\u0065n\\u0061i\\/x\\u00e9"}', 'openai/xé'],
    ['beyond the basic plane', '{"x":"😀","model":"a/😀"}', 'a/😀'],
    ['beside a key that only holds the word', '{"model_":"no","models":"no","xmodel":"no","model":"a/b"}', 'a/b'],
    ['beside keys of every object', '{"__proto__":{"model":"no"},"constructor":1,"model":"a/b"}', 'a/b'],
    ['empty', '{"model":""}', ''],
  ])('%s', (_name, body, model) => expect(find(body)).toBe(model));
});

test.each([
  ['an empty object', '{}'],
  ['a model within an object only', '{"x":{"model":"no"}}'],
  ['a model within a list only', '{"x":[{"model":"no"}]}'],
  ['a value "model" only', '{"x":"model","y":"no"}'],
])('%s names none', (_name, body) => expect(find(body)).toBeUndefined());

test.each([
  ['twice the same', '{"model":"a/b","model":"a/b"}'],
  ['twice different', '{"model":"a/b","x":1,"model":"c/d"}'],
  ['once escaped', '{"model":"a/b","\\u006dodel":"c/d"}'],
  ['once escaped first', '{"mo\\u0064el":"c/d","model":"a/b"}'],
  ['once in another case', '{"model":"a/b","Model":"c/d"}'],
  ['once in another case and escaped', '{"model":"a/b","\\u004dODEL":"c/d"}'],
  ['once null', '{"model":"a/b","model":null}'],
  ['far apart', `{"model":"a/b","x":"${'x'.repeat(100_000)}","model":"c/d"}`],
  ['with a nested one between', '{"model":"a/b","x":{"model":"x"},"model":"c/d"}'],
])('a model named %s is refused', (_name, body) => {
  expect(() => find(body)).toThrow(expect.objectContaining({ code: 'model_repeated' }));
});

test.each([
  ['in another case', '{"Model":"a/b"}'],
  ['in capitals', '{"MODEL":"a/b"}'],
  ['null', '{"model":null}'],
  ['a number', '{"model":1}'],
  ['a list', '{"model":["a/b"]}'],
  ['an object', '{"model":{"id":"a/b"}}'],
  ['true', '{"model":true}'],
])('a model that is %s is malformed', (_name, body) => {
  expect(() => find(body)).toThrow(expect.objectContaining({ code: 'model_malformed' }));
});

test.each<[string, string | Buffer]>([
  ['nothing', ''],
  ['white space', '  '],
  ['a list', '[{"model":"a/b"}]'],
  ['a text', '"model"'],
  ['null', 'null'],
  ['a byte order mark before', '\ufeff{"model":"a/b"}'],
  ['something behind', '{"model":"a/b"}x'],
  ['a second object behind', '{"model":"a/b"}{"model":"c/d"}'],
  ['a second object in the next line', '{"model":"a/b"}\n{"model":"c/d"}'],
  ['a zero byte behind', '{"model":"a/b"}\0'],
  ['a comma too many', '{"model":"a/b",}'],
  ['a comment', '{"model":"a/b"/*,"model":"c/d"*/}'],
  ['single quotation marks', "{'model':'a/b'}"],
  ['a bare key', '{model:"a/b"}'],
  ['NaN', '{"x":NaN,"model":"a/b"}'],
  ['a line end in a text', '{"model":"a\n/b"}'],
  ['a bad escape', '{"model":"a\\x2fb"}'],
  ['no end', '{"model":"a/b"'],
  ['no end and deep', '{"x":'.repeat(50_000)],
  ['bytes that are not UTF-8', Buffer.from('{"x":"\xff","model":"a/b"}', 'latin1')],
  ['an overlong slash', Buffer.from('{"model":"a\xc0\xafb"}', 'latin1')],
  ['a surrogate in UTF-8', Buffer.from('{"model":"a/\xed\xa0\x80"}', 'latin1')],
  ['UTF-16', Buffer.from('{"model":"a/b"}', 'utf16le')],
  ['a form', 'model=a/b'],
])('a body with %s is malformed', (_name, body) => {
  expect(() => find(body)).toThrow(expect.objectContaining({ code: 'body_malformed' }));
});

describe('the prefix is cut', () => {
  const cut = (body: string, count: number) => {
    const bytes = Buffer.from(body);
    const model = findJsonModel(bytes);
    if (!model) throw new TypeError('no model in the body');
    return cutPrefix(bytes, model, count).toString();
  };
  test.each([
    ['as it is', '{"model":"openai/gpt","x":1.0}', 7, '{"model":"gpt","x":1.0}'],
    ['with a slash escaped', '{"model":"openai\\/gpt"}', 7, '{"model":"gpt"}'],
    ['with letters escaped', '{"model":"open\\u0061i\\/x"}', 7, '{"model":"x"}'],
    ['all escaped', '{"model":"\\u0061\\u002F\\u0062"}', 2, '{"model":"\\u0062"}'],
    ['and what is behind stays as written', '{"model":"a/\\u00e9é😀\\/\\\\"}', 2, '{"model":"\\u00e9é😀\\/\\\\"}'],
    ['with other escapes before it', '{"x":"é\\u0061","model":"a/b"}', 2, '{"x":"é\\u0061","model":"b"}'],
    ['and white space and line ends stay', '{\r\n  "model" : "a/b"\r\n}\r\n', 2, '{\r\n  "model" : "b"\r\n}\r\n'],
  ])('%s', (_name, body, count, expected) => expect(cut(body, count)).toBe(expected));

  test('what is left is what a reader takes for the model', () => {
    const left = cut('{"model":"open\\u0061i\\/llam\\u0061\\/x"}', 7);
    expect(JSON.parse(left)).toEqual({ model: 'llama/x' });
  });
});
