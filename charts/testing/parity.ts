import { parse } from 'yaml';
import type { Manifest } from '../../infra/testing/deployments.ts';

type Way = 'Helm' | 'kubectl';

/** Everything that may differ between the two ways, each with its reason. What is not here has to be equal. */
const DIFFERENCES: readonly {
  readonly reason: string;
  readonly ways: readonly Way[];
  readonly kind: string;
  readonly take: (manifest: Draft) => unknown;
}[] = [
  {
    reason: 'an account of its own, with no rights and no token, for people who attach the identity of a cloud to it',
    ways: ['Helm'],
    kind: 'Deployment',
    take: ({ spec }) => delete spec.template.spec.serviceAccountName,
  },
  {
    reason: 'each hashes the configuration in its own form; that it changes with it has tests of its own',
    ways: ['Helm', 'kubectl'],
    kind: 'Deployment',
    take: ({ spec }) => delete spec.template.metadata.annotations['checksum/config'],
  },
  {
    reason: 'Helm knows its objects by this label, and says which one made the pods',
    ways: ['Helm', 'kubectl'],
    kind: 'Deployment',
    take: ({ spec }) => delete spec.template.metadata.labels['app.kubernetes.io/managed-by'],
  },
  {
    reason: 'the type can be chosen; it is named even where it is what the API server would take',
    ways: ['Helm'],
    kind: 'Service',
    take: ({ spec }) => spec.type === 'ClusterIP' && delete spec.type,
  },
];
/** Kinds that one way has alone: the account above, and the pod of `helm test`. */
const ALONE = ['ServiceAccount', 'Pod'];
/** Helm marks what it made; an object is the same without it. */
const MARKS = ['app.kubernetes.io/managed-by', 'app.kubernetes.io/version', 'helm.sh/chart'];

// biome-ignore lint/suspicious/noExplicitAny: a manifest of any kind that is changed for the comparison
type Draft = Record<string, any>;

/** The objects of one way by kind and name, without what may differ. */
export function alike(way: Way, manifests: readonly Manifest[]): Record<string, Draft> {
  const drafts = manifests
    .filter(({ kind }) => !ALONE.includes(kind))
    .map((manifest) => {
      const draft: Draft = structuredClone(manifest);
      for (const mark of MARKS) delete draft['metadata'].labels[mark];
      for (const { ways, kind, take } of DIFFERENCES) if (ways.includes(way) && kind === draft['kind']) take(draft);
      // The same rows, written by two writers of YAML.
      const providers = draft['data']?.['providers.yaml'];
      if (providers) draft['data']['providers.yaml'] = parse(providers);
      return [`${draft['kind']} ${draft['metadata'].name}`, draft] as const;
    });
  return Object.fromEntries(drafts);
}
