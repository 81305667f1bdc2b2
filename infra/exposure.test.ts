import { expect, test } from 'vitest';
import { allManifests, deploymentOf, MODES, manifest } from './testing/deployments.ts';

const pathsOf = (spec: { rules: { http: { paths: { path: string; pathType: string }[] } }[] }) =>
  spec.rules.flatMap(({ http }) => http.paths.map(({ path, pathType }) => `${pathType} ${path}`));

test('of Keycloak only our realm, resources and well-known documents are public', () => {
  const { spec } = manifest(deploymentOf(), 'Ingress', 'keycloak');
  expect(pathsOf(spec)).toEqual([
    'Prefix /realms/inference-gateway-realm/',
    'Prefix /resources/',
    'Prefix /.well-known/',
  ]);
});

test('the console, and realm master where administrators sign in, are public only when the deployment says so', () => {
  const { spec } = manifest(deploymentOf({ keycloak: { console: true } }), 'Ingress', 'keycloak');
  expect(pathsOf(spec)).toEqual(expect.arrayContaining(['Prefix /realms/', 'Prefix /admin/', 'Exact /']));
});

test('every controller is told to serve nothing in clear', () => {
  for (const name of ['keycloak', 'inference-gateway']) {
    expect(manifest(deploymentOf(), 'Ingress', name).metadata).toMatchObject({
      annotations: {
        'ingress.kubernetes.io/force-ssl-redirect': 'true',
        'nginx.ingress.kubernetes.io/force-ssl-redirect': 'true',
        'haproxy.org/ssl-redirect': 'true',
        'traefik.ingress.kubernetes.io/router.entrypoints': 'websecure',
      },
    });
  }
});

test("a caller's own word on host and port does not reach Keycloak through a route", () => {
  const { spec } = manifest(deploymentOf({ exposure: MODES.exposure[1] }), 'HTTPRoute', 'keycloak');
  expect(spec.rules[0].filters[0].requestHeaderModifier.remove).toContain('X-Forwarded-Host');
});

test('an Ingress neither ends nor gathers long answers', () => {
  const { metadata, spec } = manifest(deploymentOf(), 'Ingress', 'inference-gateway');
  expect(metadata).toMatchObject({
    annotations: {
      'projectcontour.io/response-timeout': 'infinity',
      'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
      'nginx.ingress.kubernetes.io/proxy-body-size': '32m',
    },
  });
  expect(spec.tls).toEqual([{ hosts: ['api.example.com'], secretName: 'inference-gateway-tls' }]);
});

test('a route of the Gateway API has no time limit and attaches to the listener of its host', () => {
  const { spec } = manifest(deploymentOf({ exposure: MODES.exposure[1] }), 'HTTPRoute', 'inference-gateway');
  expect(spec.rules[0].timeouts).toEqual({ request: '0s' });
  expect(spec.parentRefs).toEqual([{ name: 'public', namespace: 'gateways', sectionName: 'inference-gateway' }]);
});

test("someone else's Gateway is not made here; ours may read just the two certificates", () => {
  const kinds = (exposure: (typeof MODES.exposure)[number]) =>
    allManifests(deploymentOf({ exposure })).map(({ kind }) => kind);
  expect(kinds(MODES.exposure[1])).not.toContain('Gateway');
  expect(kinds(MODES.exposure[2]).filter((kind) => kind === 'ReferenceGrant')).toHaveLength(2);
});

test('nothing is public without exposure', () => {
  const kinds = allManifests(deploymentOf({ exposure: { mode: 'none' } })).map(({ kind }) => kind);
  for (const kind of ['Ingress', 'HTTPRoute', 'Gateway']) expect(kinds).not.toContain(kind);
});
