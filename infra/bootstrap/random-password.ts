import { randomInt } from 'node:crypto';

const CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const LENGTH = 32;

/**
 * A new password: 32 letters and digits, 190 bits. Nothing else, for they go through shells, URLs and Keycloak's
 * configuration, where `$` means something. `randomInt` draws each without bias.
 */
export const randomPassword = (): string =>
  Array.from({ length: LENGTH }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');
