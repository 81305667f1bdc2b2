import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { runProgram } from '../quickstart/testing/run-stack.ts';

const KUBERNETES = 'examples/kubernetes';
const MODEL_SERVER = 'examples/model-server';
const GET_KUBECTL = 'kubectl is missing: https://kubernetes.io/docs/tasks/tools/ says how to install it';

const textOf = (path: string) => readFileSync(path, 'utf8');

/** The files that a file of the model server imports, directly or not, and itself. */
function importsOf(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, target = ''] of textOf(`${MODEL_SERVER}/${file}`).matchAll(/ from '([^']+)'/g)) {
    if (target.startsWith('./')) importsOf(target.slice(2), found);
    else if (!target.startsWith('node:')) throw new Error(`${file} imports ${target}, which the pod does not have`);
  }
  return found;
}

test('the code of the pod is what main.ts needs: every file of it, no test, no package', () => {
  const { configMapGenerator } = parse(textOf(`${MODEL_SERVER}/kustomization.yaml`));
  expect(configMapGenerator[0].files).toEqual([...importsOf('main.ts')].sort());
});

test("the pod runs in the image of this version's gateway", () => {
  const { version } = JSON.parse(textOf('package.json'));
  const { image } = parse(textOf(`${KUBERNETES}/deployment.yaml`)).spec.template.spec.containers[0];
  expect(image).toBe(`ghcr.io/gatehouse-ai/gatehouse:${version}`);
});

test('kubectl renders it, into one namespace, with the generated name of the code', async (context) => {
  const rendered = await runProgram('kubectl', ['kustomize', KUBERNETES], process.env).catch(
    (error: NodeJS.ErrnoException) => error,
  );
  if (rendered instanceof Error) {
    if (rendered.code !== 'ENOENT') throw rendered;
    if (process.env['REQUIRE_TOOLS'] === '1') throw new Error(GET_KUBECTL);
    return context.skip(GET_KUBECTL);
  }
  expect(rendered.stderr).toBe('');
  const objects = parseAllDocuments(rendered.stdout).map((document) => document.toJS());
  const byKind = Object.fromEntries(objects.map((object) => [object.kind, object]));
  expect(Object.keys(byKind).sort()).toEqual(['ConfigMap', 'Deployment', 'Namespace', 'NetworkPolicy', 'Service']);
  for (const { kind, metadata } of objects) {
    expect(metadata.labels).toMatchObject({ 'app.kubernetes.io/part-of': 'gatehouse' });
    expect(kind === 'Namespace' ? metadata.name : metadata.namespace).toBe('demo-model');
  }
  expect(byKind['ConfigMap'].data['main.ts']).toBe(textOf(`${MODEL_SERVER}/main.ts`));
  expect(byKind['Deployment'].spec.template.spec.volumes[0].configMap.name).toBe(byKind['ConfigMap'].metadata.name);
});
