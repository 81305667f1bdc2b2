import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { GATEWAY_NAMESPACE, IDENTITY_NAMESPACE, PART_OF } from '../names.ts';

const RESTRICTED = Object.fromEntries(
  ['enforce', 'audit', 'warn'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
);

/** Both namespaces, with Pod Security `restricted` enforced. */
export class NamespacesChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    for (const name of [IDENTITY_NAMESPACE, GATEWAY_NAMESPACE]) {
      new k8s.KubeNamespace(this, name, { metadata: { name, labels: { ...PART_OF, ...RESTRICTED } } });
    }
  }
}
