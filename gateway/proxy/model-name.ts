import { GatewayError } from '../errors.ts';

const MAX_NAME_LENGTH = 256;
/** White space and control characters make one name look like another. */
const UNUSABLE = /[\s\p{Cc}\p{Cf}]/u;

/**
 * Refuses a name that could not be told from another, or that is no name: what is logged and compared is this text.
 *
 * @throws GatewayError model_malformed
 */
export function checkName(name: string): void {
  if (name === '') throw new GatewayError('model_malformed', { reason: 'it is empty' });
  if (name.length > MAX_NAME_LENGTH) {
    throw new GatewayError('model_malformed', { reason: `it is longer than ${MAX_NAME_LENGTH} characters` });
  }
  if (UNUSABLE.test(name))
    throw new GatewayError('model_malformed', { reason: 'it has white space or control characters' });
}
