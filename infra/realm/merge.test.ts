import { expect, test } from 'vitest';
import { difference, settingsOf } from './merge.ts';

test('what is as wanted makes no difference, whatever else is there', () => {
  const current = { name: 'a', count: 1, on: false, list: ['x', 'y'], attributes: { k: 'v', other: 'stays' }, more: 1 };
  const wanted = { name: 'a', count: 1, on: false, list: ['y'], attributes: { k: 'v' }, absent: undefined };
  expect(difference(current, wanted)).toEqual({ patch: {}, fields: [] });
});

test('a setting is replaced', () => {
  expect(difference({ name: 'a', on: true }, { name: 'b', on: false })).toEqual({
    patch: { name: 'b', on: false },
    fields: ['name', 'on'],
  });
});

test('a setting that is missing is set, except an empty text', () => {
  expect(difference({}, { on: false, count: 0, text: '' })).toEqual({
    patch: { on: false, count: 0 },
    fields: ['on', 'count'],
  });
});

test('a list keeps its own entries and gets the missing ones', () => {
  expect(difference({ uris: ['hand', 'a'] }, { uris: ['a', 'b'] }).patch).toEqual({ uris: ['hand', 'a', 'b'] });
  expect(difference({}, { uris: ['a'] }).patch).toEqual({ uris: ['a'] });
  expect(difference({ uris: ['hand'] }, { uris: [] }).fields).toEqual([]);
});

test('of a record only the keys that change are sent', () => {
  const current = { attributes: { same: '1', old: '2', other: '3' } };
  expect(difference(current, { attributes: { same: '1', old: '4', new: '5' } })).toEqual({
    patch: { attributes: { old: '4', new: '5' } },
    fields: ['attributes.old', 'attributes.new'],
  });
});

test('settings are texts, numbers and booleans', () => {
  expect(settingsOf({ a: 'x', b: 1, c: false, d: ['x'], e: {}, f: null })).toEqual({ a: 'x', b: 1, c: false });
});
