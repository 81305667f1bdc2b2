import { expect } from 'vitest';
import { chartTest, render, theOne, type Values } from '../testing/helm.ts';

/** Puts the notes into an object, since nothing but an installation prints them. */
const CARRIER = `
apiVersion: v1
kind: Notes
metadata: { name: notes }
data: { text: {{ include "inference-gateway.notes" . | toJson }} }`;

const notes = async (values: Values = {}): Promise<string> =>
  theOne(await render({ ...values, extraObjects: [CARRIER] }), 'Notes').data?.['text'] ?? '';

const GOOD = {
  auth: { issuer: 'https://login.example.com/realms/ours', clientId: 'gateway' },
  providers: { openai: { existingSecret: 'keys' } },
};

chartTest('without values the notes say what is lacking, and how to give it', async () => {
  const text = await notes();
  expect(text).toContain('IT CANNOT START YET: nobody said whose tokens it accepts');
  expect(text).toContain('--set auth.issuer=');
  expect(text).toContain('No model provider is on');
  expect(text).not.toContain('INSECURE');
});

chartTest('with what it needs they complain of nothing, and say how to get a token', async () => {
  const text = await notes(GOOD);
  expect(text).not.toMatch(/INSECURE|CANNOT|No model/);
  expect(text).toContain(
    'TOKEN=$(curl -s https://login.example.com/realms/ours/protocol/openid-connect/token -d grant_type=client_credentials',
  );
  expect(text).toContain('kubectl port-forward --namespace inference-gateway service/inference-gateway 8080:http');
});

chartTest('an issuer without a client is lacking one', async () => {
  expect(await notes({ ...GOOD, auth: { issuer: 'https://login.example.com' } })).toContain('its client at the issuer');
});

chartTest("what is in a user's own objects is not guessed at; how its changes reach pods is said", async () => {
  const text = await notes({ envFrom: { configMapRef: 'mine', secretRef: 'mine' } });
  expect(text).not.toMatch(/CANNOT|No model/);
  expect(text).toContain('kubectl rollout restart deployment/inference-gateway');
});

chartTest.for([
  [{ auth: { enabled: false } }, 'authentication is off'],
  [{ config: { ENABLE_AUTH: 'off' } }, 'authentication is off (ENABLE_AUTH=off)'],
  [{ config: { AUTH_ENABLE: false } }, 'authentication is off'],
  [{ extraEnv: [{ name: 'ENABLE_AUTH', value: 'false' }] }, 'authentication is off'],
  [{ networkPolicy: { enabled: false } }, 'there is no NetworkPolicy'],
  [{ ingress: { enabled: true, tls: [] } }, 'the Ingress names no certificate'],
  [{ ingress: { enabled: true, annotations: { 'haproxy.org/ssl-redirect': 'false' } } }, 'haproxy.org/ssl-redirect'],
  [{ service: { type: 'NodePort' } }, 'the Service is a NodePort'],
  [{ serviceAccount: { automount: true } }, 'more rights than the gateway needs'],
  [{ securityContext: { readOnlyRootFilesystem: false } }, 'more rights'],
  [{ podSecurityContext: { runAsNonRoot: false } }, 'more rights'],
] as const)('%j is called insecure', async ([values, words]) => {
  expect(await notes(values)).toMatch(new RegExp(`INSECURE: .*${words.replace(/[()]/g, '\\$&')}`));
});
