import { randomUUID, X509Certificate } from 'node:crypto';
import type { KubernetesObject, V1ConfigMap, V1Secret } from '@kubernetes/client-node';
import { expect } from 'vitest';
import type { Cluster } from '../../cluster/connect.ts';
import { read } from '../../cluster/objects.ts';
import { type DeploymentInput, parseDeployment } from '../../deployment.ts';
import { deployment as local } from '../../deployments/local.ts';
import { AUTHORITY_CONFIG_MAP, PART_OF, SECRETS } from '../../names.ts';
import { clusterTest as anyClusterTest } from '../../testing/cluster.ts';
import {
  bootstrapGateway,
  bootstrapIdentity,
  type Environment,
  type Namespaces,
  publishAuthority,
} from '../bootstrap.ts';
import { readSecret, type Texts } from '../secret-store.ts';

/** What a run is given beside its namespaces. */
interface RunOptions {
  readonly deployment?: Partial<DeploymentInput>;
  readonly environment?: Environment;
  readonly now?: Date;
}

/** Two namespaces of a real cluster, in place of `idp` and `inference-gateway`, that go when the test ends. */
export class Scratch {
  readonly cluster: Cluster;
  readonly namespaces: Namespaces;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
    const id = randomUUID().slice(0, 8);
    this.namespaces = { identity: `bootstrap-idp-${id}`, gateway: `bootstrap-gateway-${id}` };
  }

  /** Runs bootstrap, and gives the lines of its report without the random part of namespaces. */
  async run(part: 'identity' | 'gateway' | 'authority', options: RunOptions = {}): Promise<string[]> {
    const lines: string[] = [];
    const report = (line: string) => void lines.push(this.short(line));
    const deployment = parseDeployment('test', { ...local, ...options.deployment });
    const { now = new Date(), environment = {} } = options;
    const rest = { namespaces: this.namespaces, now: () => now };
    if (part === 'identity') await bootstrapIdentity(this.cluster, deployment, environment, report, rest);
    if (part === 'gateway') await bootstrapGateway(this.cluster, deployment, environment, report, rest);
    if (part === 'authority') await publishAuthority(this.cluster, deployment, report, rest);
    return lines;
  }

  /** The message that a run stops with, without the random part of namespaces. */
  async failure(part: 'identity' | 'gateway' | 'authority', options: RunOptions = {}): Promise<string> {
    const error: unknown = await this.run(part, options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ name: 'TaskError' });
    return this.short((error as Error).message);
  }

  short(text: string): string {
    return text.replaceAll(this.namespaces.identity, 'idp').replaceAll(this.namespaces.gateway, 'gateway');
  }

  async texts(part: keyof Namespaces, name: string): Promise<Texts> {
    return (await readSecret(this.cluster, { namespace: this.namespaces[part], name }))?.texts ?? {};
  }

  async authority(): Promise<string> {
    const config = await read<V1ConfigMap>(this.cluster, this.reference('ConfigMap', 'gateway', AUTHORITY_CONFIG_MAP));
    return config?.data?.['ca.crt'] ?? '';
  }

  reference(kind: string, part: keyof Namespaces, name: string) {
    return { apiVersion: 'v1', kind, metadata: { name, namespace: this.namespaces[part] } };
  }

  async create(kind: string, part: keyof Namespaces, name: string, rest: object): Promise<void> {
    await this.cluster.objects.create({ ...this.reference(kind, part, name), ...rest } as KubernetesObject);
  }

  async delete(kind: string, part: keyof Namespaces, name: string): Promise<void> {
    await this.cluster.objects.delete(this.reference(kind, part, name) as KubernetesObject);
  }

  /** The resource versions of everything bootstrap makes, by name, so that a change of any shows. */
  async versions(): Promise<Record<string, string | undefined>> {
    const { identity, gateway } = this.namespaces;
    const lists = await Promise.all([
      this.cluster.core.listNamespacedSecret({ namespace: identity }),
      this.cluster.core.listNamespacedSecret({ namespace: gateway }),
      this.cluster.core.listNamespacedConfigMap({
        namespace: gateway,
        fieldSelector: `metadata.name=${AUTHORITY_CONFIG_MAP}`,
      }),
    ]);
    const items: (V1Secret | V1ConfigMap)[] = lists.flatMap((list) => list.items);
    for (const { metadata } of items) expect(metadata?.labels).toMatchObject(PART_OF);
    return Object.fromEntries(items.map(({ metadata }) => [metadata?.name, metadata?.resourceVersion]));
  }

  /** That everything fits together, whoever made which part of it. */
  async expectConsistent(): Promise<void> {
    const [realm, gateway] = [
      await this.texts('identity', SECRETS.realm),
      await this.texts('gateway', SECRETS.gateway),
    ];
    expect(realm['OIDC_CLIENT_SECRET']).toMatch(/^[A-Za-z0-9]{32}$/);
    expect(gateway['OIDC_CLIENT_SECRET'] === realm['OIDC_CLIENT_SECRET']).toBe(true);
    const authority = new X509Certificate((await this.texts('identity', SECRETS.authority))['tls.crt'] ?? '');
    const leaves = [await this.texts('identity', SECRETS.keycloakTls), await this.texts('gateway', SECRETS.gatewayTls)];
    for (const leaf of leaves) {
      const certificate = new X509Certificate(leaf['tls.crt'] ?? '');
      expect(certificate.verify(authority.publicKey)).toBe(true);
      expect(leaf['ca.crt']).toContain(authority.toString());
      expect(leaf['ca.crt']).not.toContain('PRIVATE');
    }
    expect(await this.authority()).toBe(leaves[0]?.['ca.crt']);
  }
}

/** A test with two namespaces of its own. */
export const clusterTest = anyClusterTest.extend<{ scratch: Scratch }>({
  scratch: async ({ cluster }, use) => {
    const scratch = new Scratch(cluster);
    const { core } = cluster;
    const names = Object.values(scratch.namespaces) as string[];
    try {
      for (const name of names) await core.createNamespace({ body: { metadata: { name, labels: PART_OF } } });
      await use(scratch);
    } finally {
      await Promise.allSettled(names.map((name) => core.deleteNamespace({ name })));
    }
  },
});
