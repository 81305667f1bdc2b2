import { describe, expect, test } from 'vitest';
import { findFormModel, formBoundary } from './form-model.ts';
import { cutPrefix } from './json-model.ts';

type Part = readonly [disposition: string, value: string, ...headers: string[]];

const field = (name: string, value: string): Part => [`form-data; name="${name}"`, value];
const file: Part = ['form-data; name="file"; filename="a.wav"', 'RIFF\r\n\r\n\0\xff', 'Content-Type: audio/wav'];

/** A form as every client writes it. */
function form(parts: readonly Part[], options: { boundary?: string; end?: string } = {}): Buffer {
  const { boundary = 'b', end = `--${boundary}--\r\n` } = options;
  const written = parts.map(([disposition, value, ...headers]) =>
    [`--${boundary}`, `Content-Disposition: ${disposition}`, ...headers, '', `${value}\r\n`].join('\r\n'),
  );
  return Buffer.from(written.join('') + end, 'latin1');
}
const find = (body: Buffer | string, boundary = 'b') => findFormModel(Buffer.from(body as string), boundary)?.name;
const refusal = (code: string) => expect.objectContaining({ code });

describe('the boundary', () => {
  test.each([
    ['bare', 'multipart/form-data; boundary=abc', 'abc'],
    ['quoted', 'multipart/form-data; boundary="a b:c"', 'a b:c'],
    ['in another case', 'Multipart/Form-Data; BOUNDARY=abc', 'abc'],
    ['behind another parameter', 'multipart/form-data; charset=utf-8; boundary=abc', 'abc'],
    ['without a space', 'multipart/form-data;boundary=abc', 'abc'],
  ])('%s', (_name, type, boundary) => expect(formBoundary(type)).toBe(boundary));

  test.each([
    ['no type', undefined],
    ['JSON', 'application/json'],
    ['another form', 'application/x-www-form-urlencoded'],
  ])('there is none with %s', (_name, type) => expect(formBoundary(type)).toBeUndefined());

  test.each([
    ['none', 'multipart/form-data; charset=utf-8'],
    ['another multipart', 'multipart/mixed; boundary=abc'],
    ['a type that only begins like it', 'multipart/form-data-x; boundary=abc'],
    ['a list of types', 'multipart/form-data,multipart/form-data; boundary=abc'],
    ['a form behind another type', 'application/json, multipart/form-data; boundary=abc'],
    ['a boundary without its semicolon', 'multipart/form-data boundary=abc'],
    ['a quoted quotation mark', 'multipart/form-data; boundary="a\\"b"'],
    ['one that ends with a space', 'multipart/form-data; boundary="a "'],
    ['one with other characters', 'multipart/form-data; boundary=a<b'],
    ['one that is not ASCII', 'multipart/form-data; boundary=\xe9'],
    ['two', 'multipart/form-data; boundary=a; boundary=b'],
    ['two in different cases', 'multipart/form-data; boundary=a; Boundary=b'],
    ['one within another parameter', 'multipart/form-data; x="; boundary=a"; boundary=b'],
    ['an encoded one', "multipart/form-data; boundary*=utf-8''a"],
    ['an empty one', 'multipart/form-data; boundary='],
    ['one that is too long', `multipart/form-data; boundary="${'a'.repeat(71)}"`],
  ])('%s is refused', (_name, type) => expect(() => formBoundary(type)).toThrow(refusal('body_malformed')));
});

describe('the model is found', () => {
  test.each<[string, Part[], string]>([
    ['alone', [field('model', 'a/b')], 'a/b'],
    ['behind a file', [file, field('model', 'a/b')], 'a/b'],
    ['before a file', [field('model', 'a/b'), file], 'a/b'],
    ['with its name as a token', [['form-data; name=model', 'a/b']], 'a/b'],
    ['with its header in another case', [['FORM-DATA; NAME="model"', 'a/b']], 'a/b'],
    ['with a type of its own', [['form-data; name="model"', 'a/b', 'Content-Type: text/plain']], 'a/b'],
    ['beside a file of that name', [['form-data; name="file"; filename="model"', 'x'], field('model', 'a/b')], 'a/b'],
    [
      'beside a file whose name has tricks',
      [['form-data; name="file"; filename="x; name=model"', 'x'], field('model', 'a/b')],
      'a/b',
    ],
    [
      'beside a file whose name has a quote',
      [['form-data; name="file"; filename="\\"; name=\\"model"', 'x'], field('model', 'a/b')],
      'a/b',
    ],
    [
      'beside a field whose value has tricks',
      [field('prompt', 'name="model"\r\n\r\nc/d'), field('model', 'a/b')],
      'a/b',
    ],
    [
      'beside a field that only begins so',
      [field('models', 'c/d'), field('model[]', 'c/d'), field('model', 'a/b')],
      'a/b',
    ],
    ['empty', [field('model', '')], ''],
    ['with a line end', [field('model', 'a/b\r\n')], 'a/b\r\n'],
  ])('%s', (_name, parts, model) => expect(find(form(parts))).toBe(model));

  test('with a quoted boundary of unusual characters', () => {
    const boundary = "a b'()+_,-./:=?c";
    expect(find(form([file, field('model', 'a/b')], { boundary }), boundary)).toBe('a/b');
  });
  test('with line ends behind the last boundary', () => {
    expect(find(form([field('model', 'a/b')], { end: '--b--\r\n\r\n' }))).toBe('a/b');
    expect(find(form([field('model', 'a/b')], { end: '--b--' }))).toBe('a/b');
  });
  test('not in a form without it', () => expect(find(form([file]))).toBeUndefined());
  test('and its prefix is cut where it stands', () => {
    const body = form([file, field('model', 'openai/whisper'), field('language', 'en')]);
    const model = findFormModel(body, 'b');
    if (!model) throw new TypeError('no model in the form');
    const expected = form([file, field('model', 'whisper'), field('language', 'en')]);
    expect(cutPrefix(body, model, 7)).toEqual(expected);
  });
});

test.each<[string, Part[]]>([
  ['twice', [field('model', 'a/b'), field('model', 'a/b')]],
  ['twice, far apart', [field('model', 'a/b'), file, field('model', 'c/d')]],
  ['once in another case', [field('model', 'a/b'), field('Model', 'c/d')]],
  ['once as a file', [field('model', 'a/b'), ['form-data; name="model"; filename="x"', 'c/d']]],
])('a model that is there %s is refused', (_name, parts) => {
  expect(() => find(form(parts))).toThrow(refusal('model_repeated'));
});

test.each<[string, Part]>([
  ['in another case', field('MODEL', 'a/b')],
  ['in base64', ['form-data; name="model"', 'YS9i', 'Content-Transfer-Encoding: base64']],
  ['not in UTF-8', field('model', 'a/\xff')],
])('a model that is %s is malformed', (_name, part) => {
  expect(() => find(form([part]))).toThrow(refusal('model_malformed'));
});

test.each<[string, Part[]]>([
  ['an encoded name', [["form-data; name*=utf-8''model", 'c/d']]],
  ['an encoded name beside a plain one', [['form-data; name="x"; name*=utf-8\'\'model', 'c/d']]],
  ['two names', [['form-data; name="x"; name="model"', 'c/d']]],
  ['a name with a backslash', [['form-data; name="mod\\el"', 'c/d']]],
  ['no name', [['form-data', 'c/d']]],
  ['no form-data', [['attachment; name="model"', 'c/d']]],
  ['a space before the equals sign', [['form-data; name ="model"', 'c/d']]],
  ['no semicolon', [['form-data name="model"', 'c/d']]],
  ['a quotation mark that stays open', [['form-data; name="model', 'c/d']]],
  ['two dispositions', [['form-data; name="x"', 'c/d', 'Content-Disposition: form-data; name="model"']]],
  ['a disposition that goes on in the next line', [['form-data;', 'c/d', ' name="model"']]],
  ['a line feed in the disposition', [['form-data; name="x"\nContent-Disposition: form-data; name="model"', 'c/d']]],
  ['more parts than anyone needs', Array.from({ length: 1001 }, () => field('x', ''))],
  ['very long headers', [['form-data; name="model"', 'a/b', `X: ${'x'.repeat(9000)}`]]],
])('a form with %s is malformed', (_name, parts) => {
  expect(() => find(form(parts))).toThrow(refusal('body_malformed'));
});

const whole = form([field('model', 'a/b')]).toString('latin1');
test.each([
  ['nothing', ''],
  ['text before it', `preamble\r\n${whole}`],
  ['a line end before it', `\r\n${whole}`],
  ['text behind it', `${whole}epilogue`],
  ['another form behind it', whole + whole],
  ['another boundary', whole.replaceAll('--b', '--c')],
  ['no last boundary', whole.replace('--b--', '')],
  ['no end of its last boundary', whole.replace('--b--', '--b')],
  ['bare line feeds', whole.replaceAll('\r\n', '\n')],
  ['white space behind a boundary', whole.replace('--b\r\n', '--b \r\n')],
  ['text behind a boundary', whole.replace('--b\r\n', '--bc\r\n')],
  ['a part without headers', '--b\r\n\r\na/b\r\n--b--\r\n'],
  ['a part without the empty line', '--b\r\nContent-Disposition: form-data; name="model"\r\na/b\r\n--b--\r\n'],
])('a form with %s is malformed', (_name, body) => {
  expect(() => find(body)).toThrow(refusal('body_malformed'));
});

describe('what readers would split differently is refused', () => {
  const good = 'Content-Disposition: form-data; name="model"\r\n\r\ngood\r\n';
  test.each([
    [
      'a boundary behind a bare line feed',
      `--b\r\n${good}--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny\n--b\n${good}--b--\r\n`,
    ],
    ['a bare line feed in the headers', `--b\r\nX: y\n${good}--b--\r\n`],
    ['a folded header', `--b\r\n Content-Disposition: form-data; name="x"\r\n${good}--b--\r\n`],
    [
      'a boundary right behind the empty line',
      `--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n--b\r\n${good}--b--\r\n`,
    ],
  ])('%s', (_name, text) => expect(() => find(text)).toThrow(refusal('body_malformed')));
});
