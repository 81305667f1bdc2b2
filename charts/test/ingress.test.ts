import { expect } from 'vitest';
import { chartTest, namesOf, refusal, render, theOne } from '../testing/helm.ts';

const ingress = async (values: object, ...args: string[]) =>
  theOne(await render({ ingress: { enabled: true, ...values } }, ...args), 'Ingress');
const annotationsOf = async (...given: Parameters<typeof ingress>) => {
  const { metadata } = await ingress(...given);
  return (metadata as typeof metadata & { annotations: Record<string, string> }).annotations;
};

chartTest('nothing is public unless it is said', async () => {
  const manifests = await render();
  expect([...namesOf(manifests, 'Ingress'), ...namesOf(manifests, 'HTTPRoute')]).toEqual([]);
  expect(theOne(manifests, 'Service').spec.type).toBe('ClusterIP');
});

chartTest('a host gets all paths, and the certificate of the release', async () => {
  const { spec } = await ingress({ hosts: [{ host: 'a.example.com' }] });
  expect(spec).toEqual({
    tls: [{ hosts: ['a.example.com'], secretName: 'inference-gateway-tls' }],
    rules: [
      {
        host: 'a.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'inference-gateway', port: { name: 'http' } } },
            },
          ],
        },
      },
    ],
  });
});

chartTest(
  "annotations of the user count more than the chart's, which are for long answers and against clear text",
  async () => {
    const annotations = await annotationsOf({
      annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '60', team: 'ai' },
    });
    expect(annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/proxy-read-timeout': '60',
      'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
      'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true',
      'projectcontour.io/response-timeout': 'infinity',
      team: 'ai',
    });
  },
);

chartTest.for([
  ['1KiB', '1m'],
  ['32MiB', '32m'],
  ['1GiB', '1024m'],
] as const)('a body of %s passes ingress-nginx as %s', async ([size, expected]) => {
  const annotations = await annotationsOf({}, '--set', `config.SERVER_MAX_REQUEST_BODY_SIZE=${size}`);
  expect(annotations['nginx.ingress.kubernetes.io/proxy-body-size']).toBe(expected);
});

chartTest('certificates are taken in every form that the original chart had', async () => {
  const tls = async (form: unknown) => (await ingress({ tls: form })).spec.tls;
  const hosts = ['api.inference-gateway.local'];
  expect(await tls([{ hosts, secretName: 'mine' }])).toEqual([{ hosts, secretName: 'mine' }]);
  expect(await tls({ enabled: true, hosts: hosts[0], secretName: 'mine' })).toEqual([{ hosts, secretName: 'mine' }]);
  expect(await tls({ enabled: true })).toEqual([{ hosts, secretName: 'inference-gateway-tls' }]);
  expect(await tls({ enabled: false })).toBeUndefined();
});

chartTest('a route of the Gateway API has no time limit, and needs its Gateway', async () => {
  const httpRoute = { enabled: true, parentRefs: [{ name: 'public' }], hostnames: ['a.example.com'] };
  const { spec } = theOne(await render({ httpRoute, service: { port: 80 } }), 'HTTPRoute');
  expect(spec).toMatchObject({ parentRefs: [{ name: 'public' }], hostnames: ['a.example.com'] });
  expect(spec.rules[0]).toMatchObject({
    timeouts: { request: '0s' },
    backendRefs: [{ name: 'inference-gateway', port: 80 }],
  });
  expect(await refusal({ httpRoute: { enabled: true } })).toContain('name the Gateway');
});

chartTest('metrics stay inside when the Service does not', async () => {
  const manifests = await render({ service: { type: 'LoadBalancer', nodePort: 30080 } });
  const portsOf = (name: string) =>
    theOne(manifests, 'Service', name).spec.ports.map((port: { name: string }) => port.name);
  expect(portsOf('inference-gateway')).toEqual(['http']);
  expect(portsOf('inference-gateway-metrics')).toEqual(['metrics']);
  expect(theOne(manifests, 'Service', 'inference-gateway-metrics').spec.type).toBe('ClusterIP');
  expect(theOne(manifests, 'Service', 'inference-gateway').spec.ports[0].nodePort).toBe(30080);
});
