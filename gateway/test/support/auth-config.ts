import { ALGORITHMS } from '../../config/variables.ts';
import type { AuthConfig } from '../../config.ts';
import { CLIENT_ID } from './issuer.ts';

export const ISSUER = 'https://issuer.test/realms/test';

/** What the gateway checks tokens against when only the issuer and the client are set. */
export function authConfig(changes: Partial<AuthConfig> = {}): AuthConfig {
  return {
    issuer: ISSUER,
    clientId: CLIENT_ID,
    discoveryUrl: `${ISSUER}/.well-known/openid-configuration`,
    authorizedParties: [],
    requiredScopes: [],
    algorithms: ALGORITHMS,
    clockTolerance: 30_000,
    untypedTokens: 'refuse',
    keys: { maxAge: 600_000, cooldown: 10_000, maxStale: 86_400_000 },
    ...changes,
  };
}
