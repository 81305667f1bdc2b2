import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fillPlaceholders, parseRealmFile, secretsOf } from './realm-file.ts';
import { reconcileRealm } from './reconcile.ts';

const json: unknown = JSON.parse(readFileSync(new URL('inference-gateway-realm-realm.json', import.meta.url), 'utf8'));

const placeholder = (name: string) => `$\{${name}}`;
const B = placeholder('B');

test('the realm file is one that the reconcile can bring up, whole', () => {
  expect(parseRealmFile(json)).toEqual(json);
});

test('placeholders are filled, and those of Keycloak stay', () => {
  const values = { OIDC_CLIENT_SECRET: 'the secret', DEMO_USER_PASSWORD: 'the password' };
  const realm = parseRealmFile(fillPlaceholders(json, values));
  expect(secretsOf(realm)).toEqual(['the secret', 'the password']);
  expect(JSON.stringify(realm)).toContain(`resource_access.${placeholder('client_id')}.roles`);
});

test('a value is put in as it is', () => {
  const values = { A: `$& $1 $$ ${B} "\\`, B: 'b' };
  const realm = { texts: [`x${placeholder('A')}y`, B + B], [B]: 1 };
  expect(fillPlaceholders(realm, values)).toEqual({ texts: [`x${values.A}y`, 'bb'], [B]: 1 });
});

test('a name without a value stays, even one that every object has', () => {
  const text = `${['constructor', '__proto__', 'NONE', ''].map(placeholder).join(' ')} $B {B}`;
  expect(fillPlaceholders(text, { B: 'b' })).toBe(text);
});

test('the given realm is not changed', () => {
  const realm = { a: { b: B } };
  expect(fillPlaceholders(realm, { B: 'b' })).toEqual({ a: { b: 'b' } });
  expect(realm).toEqual({ a: { b: B } });
});

test('what the reconcile would leave undone is refused by its path', () => {
  const realm = { realm: 'r', groups: [], users: [{ username: 'u', realmRoles: ['x'] }] };
  expect(() => parseRealmFile(realm)).toThrow(
    /users\.0: .*realmRoles.*\n +groups: lists and objects are not supported/,
  );
  expect(() => parseRealmFile('text')).toThrow('the file: ');
});

test('an unfilled placeholder never becomes a secret', async () => {
  const realm = parseRealmFile(json);
  const options = { baseUrl: 'http://127.0.0.1:1', username: 'a', password: 'b', realm };
  await expect(reconcileRealm(options)).rejects.toThrow(
    new TypeError('the placeholder OIDC_CLIENT_SECRET of the realm file is not filled in'),
  );
  await expect(reconcileRealm({ ...options, baseUrl: 'nowhere' })).rejects.toThrow(TypeError);
});
