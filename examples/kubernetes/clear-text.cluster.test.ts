import { request as plainRequest } from 'node:http';
import { expect } from 'vitest';
import { clusterTest } from './testing/cluster-test.ts';

const ANSWER_MS = 5_000;

/** What a host answers without TLS: its status and where it points, or the code of the error when it does not answer. */
function inClear(
  address: string,
  host: string,
  path: string,
): Promise<{ status?: number; location?: string } | string> {
  return new Promise((resolve) => {
    const request = plainRequest({ host: address, path, headers: { host }, timeout: ANSWER_MS }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '' });
    });
    request.on('timeout', () => request.destroy()).on('error', ({ message }) => resolve(message));
    request.end();
  });
}

clusterTest(
  'nothing is served in clear: a token or a password would cross the network open',
  async ({ installation }) => {
    const { api, keycloak } = installation;
    for (const [host, path] of [
      [api, '/v1/models'],
      [keycloak, '/realms/master/.well-known/openid-configuration'],
    ] as const) {
      const answer = await inClear(host.address, host.host, path);
      if (typeof answer === 'string') continue;
      expect([301, 302, 307, 308, 404]).toContain(answer.status);
      if (answer.status !== 404) expect(answer.location).toMatch(new RegExp(`^https://${host.host}/`));
    }
  },
);
