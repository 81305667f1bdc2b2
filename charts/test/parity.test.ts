import { expect } from 'vitest';
import { helmValues } from '../../infra/helm-values.ts';
import { chartsOf } from '../../infra/synth.ts';
import { deploymentOf, type Manifest, MODES } from '../../infra/testing/deployments.ts';
import { chartTest, render } from '../testing/helm.ts';
import { alike } from '../testing/parity.ts';

/** Deployments that between them use every value that a deployment has. */
const DEPLOYMENTS = {
  small: deploymentOf(),
  'with everything': deploymentOf({
    exposure: {
      mode: 'ingress',
      className: 'contour',
      annotations: { team: 'ai', 'haproxy.org/timeout-server': '2h' },
    },
    imagePullSecrets: ['registry'],
    images: { gateway: `registry.example.com:5000/gateway:1.2.3@sha256:${'a'.repeat(64)}` },
    gateway: {
      replicas: 3,
      variables: { LOG_LEVEL: 'debug', SHUTDOWN_GRACE_PERIOD: '90s', SERVER_MAX_REQUEST_BODY_SIZE: '100KiB' },
      providers: {
        openai: {},
        ollama: { url: 'http://ollama.models.svc:11434/v1' },
        anthropic: { headers: { 'anthropic-version': '2024-01-01' }, url: 'https://api.anthropic.com/v1' },
        vllm: { url: 'http://vllm.models.svc:8000/v1', key: 'none' },
      },
      metricsFrom: ['monitoring', 'observability'],
      serviceMonitor: true,
      resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '2', memory: '2Gi' } },
    },
  }),
  'autoscaled behind the Gateway API': deploymentOf({
    exposure: MODES.exposure[1],
    tls: MODES.tls[1],
    secrets: MODES.secrets[2],
    gateway: { autoscaling: { min: 2, max: 9, cpu: 60 }, variables: { OIDC_AUDIENCE: 'api' }, metricsFrom: [] },
  }),
  'for nobody outside': deploymentOf({ exposure: { mode: 'none' }, secrets: MODES.secrets[3] }),
};

for (const [name, config] of Object.entries(DEPLOYMENTS)) {
  chartTest(`the deployment ${name} is the same gateway by Helm and by kubectl`, async () => {
    const synthesized: Manifest[] = chartsOf(config).gateway.toJson();
    const rendered = await render(helmValues(config));
    expect(alike('Helm', rendered)).toEqual(alike('kubectl', synthesized));
  });
}

chartTest('braces in what goes along with the chart mean nothing to it', async () => {
  const providerKeys = { OPENAI_API_KEY: '{{ fail "x" }}' };
  const { values, mode } = MODES.secrets[3];
  const config = deploymentOf({
    secrets: { mode, values: { ...values, providerKeys } },
    gateway: { providers: { openai: {} } },
  });
  const secret = (await render(helmValues(config))).find(({ kind }) => kind === 'Secret');
  expect(secret?.stringData).toMatchObject(providerKeys);
});
