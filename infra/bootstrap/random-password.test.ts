import { expect, test } from 'vitest';
import { randomPassword } from './random-password.ts';

test('a password is 32 letters and digits, another one each time, and any of them may come', () => {
  const passwords = Array.from({ length: 200 }, randomPassword);
  for (const password of passwords) expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(new Set(passwords).size).toBe(200);
  // Of 6400 characters, one of the 62 is missing once in 10^43 runs.
  expect(new Set(passwords.join('')).size).toBe(62);
});
