import type { TestProject } from 'vitest/node';
import { kubectl, rolledOut } from '../../../infra/testing/kubectl.ts';
import { type RunOptions, run, taskDone } from '../../../infra/testing/run.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** What the tests run against. `missing`: there is nothing, and how to get it. */
    readonly installation: { readonly missing: string } | { readonly context: string; readonly seconds: Seconds };
  }
}

/** How long each part of the installation took. */
interface Seconds {
  readonly infrastructure: number;
  readonly gateway: number;
}

const say = (text: string) => void process.stderr.write(`${text}\n`);

/**
 * Installs everything on the cluster of KUBECONFIG as a user does, or finds it installed: the demo model, Keycloak, the
 * gateway. Without a cluster or a tool the tests are skipped; with REQUIRE_TOOLS=1 that is an error.
 */
export async function setup(project: TestProject): Promise<void> {
  const missing = await firstMissing();
  if (missing) {
    if (process.env['REQUIRE_TOOLS'] === '1') throw new Error(missing);
    say(`Tests of a cluster are skipped: ${missing}`);
    project.provide('installation', { missing });
    return;
  }
  // Says to the tasks that this context is meant, whatever contexts the deployment goes to by itself.
  const context = process.env['KUBE_CONTEXT'] || (await kubectl(['config', 'current-context'])).trim();
  process.env['KUBE_CONTEXT'] = context;
  say(`Installing on the cluster ${context}`);
  await kubectl(['apply', '--kustomize', 'examples/kubernetes']);
  const shown: RunOptions = { onError: (text) => say(text.trimEnd().replace(/^/gm, '  ')) };
  const infrastructure = (await taskDone('deploy-infrastructure', shown)).seconds;
  await rolledOut('demo-model', 'deployment/demo-model');
  const gateway = (await taskDone('deploy-inference-gateway', shown)).seconds;
  say(`deploy-infrastructure took ${infrastructure} s, deploy-inference-gateway ${gateway} s`);
  project.provide('installation', { context, seconds: { infrastructure, gateway } });
}

const TOOLS: readonly (readonly [program: string, argument: string, how: string])[] = [
  ['task', '--version', 'https://taskfile.dev/installation'],
  ['kubectl', 'options', 'https://kubernetes.io/docs/tasks/tools'],
  ['helm', 'version', 'https://helm.sh/docs/intro/install'],
  ['curl', '--version', 'https://curl.se/download.html'],
];

async function firstMissing(): Promise<string | undefined> {
  for (const [program, argument, how] of TOOLS) {
    const there = await run(program, [argument]).catch((error: NodeJS.ErrnoException) => error);
    if (there instanceof Error) return `${program} is missing (${there.code}). Get it from ${how}.`;
  }
  // Not kubectl's default file: these tests break things, and what is named there may be in use.
  if (!process.env['KUBECONFIG']) {
    return 'no cluster is named. Set KUBECONFIG to the file of one that tests may break; `task cluster-up` makes one.';
  }
  const { code, stderr } = await run('kubectl', ['get', '--raw', '/version', '--request-timeout', '10s']);
  if (code === 0) return undefined;
  return `the cluster of KUBECONFIG does not answer (${stderr.trim().split('\n').at(-1)}). \`task cluster-up\` makes one.`;
}
