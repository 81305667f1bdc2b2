import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let directory = '';
let server: Server | undefined;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'task-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true });
  server?.close();
  server = undefined;
});

/** Runs a task as the Taskfile does. */
async function run(name: string, environment: Record<string, string> = {}, ...args: string[]) {
  const file = new URL(`${name}.ts`, import.meta.url).pathname;
  const env = { PATH: `${directory}:${process.env['PATH']}`, HOME: directory, KUBECONFIG: '', ...environment };
  const child = spawn(process.execPath, [file, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, stdout, stderr };
}

/** A program on PATH that notes how it was called. */
function program(name: string): () => string {
  const file = join(directory, name);
  const calls = join(directory, `${name}.calls`);
  writeFileSync(file, `#!/bin/sh\necho "$@" >> ${calls}\n`);
  chmodSync(file, 0o755);
  return () => readFileSync(calls, 'utf8').trim();
}

/** A cluster that answers /version and nothing else, under a context. */
async function kubeconfig(context: string): Promise<string> {
  server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end('{"major":"1","minor":"34"}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server?.once('listening', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const file = join(directory, 'kubeconfig');
  const config = {
    'current-context': context,
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: {} }],
    contexts: [{ name: context, context: { cluster: 'c', user: 'u' } }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

test.each([
  ...['deploy-infrastructure', 'deploy-inference-gateway', 'deploy-inference-gateway-helm', 'fetch-access-token'],
  ...['status', 'hosts', 'delete'],
])('%s without a cluster says in one sentence how to get one', async (name) => {
  const { code, stdout, stderr } = await run(name);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^There is no cluster to deploy to\. `task cluster-up` makes one[^\n]*\n$/);
});

test.each(['../main', 'nonsense', '$(touch x)'])(
  'an unknown deployment (%s) is told with those that are there',
  async (name) => {
    const { code, stderr } = await run('status', { DEPLOYMENT: name });
    expect(code).toBe(78);
    expect(stderr).toMatch(/DEPLOYMENT is one of local, production, or the path of a file/);
  },
);

test('a missing tool is told with the way to get it', async () => {
  const { code, stderr } = await run('image', { CONTAINER_TOOL: 'no-such-tool' });
  expect(code).toBe(1);
  expect(stderr).toBe('no-such-tool is missing. Install it, or say CONTAINER_TOOL=podman (or nerdctl, buildah).\n');
});

test.each([
  ['is missing', undefined, 'helm is missing. Get 3.17 or later from https://helm.sh/docs/intro/install.\n'],
  ['is old', 'v3.16.4', 'helm v3.16.4 is too old. Get 3.17 or later from https://helm.sh/docs/intro/install.\n'],
])('a helm that %s is told before anything is made', async (_, version, expected) => {
  if (version) {
    writeFileSync(join(directory, 'helm'), `#!/bin/sh\necho ${version}\n`);
    chmodSync(join(directory, 'helm'), 0o755);
  }
  const place = { KUBECONFIG: await kubeconfig('kind-mine'), PATH: `${directory}:/bin` };
  const { code, stderr } = await run('deploy-inference-gateway-helm', place);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expected });
});

test('the image is built under the name that the deployment gives it, with its version', async () => {
  const calls = program('podman');
  expect((await run('image', { CONTAINER_TOOL: 'podman' })).code).toBe(0);
  expect(calls()).toMatch(
    /^build --file \S+gateway\/Dockerfile --build-arg VERSION=\d\S+ --tag ghcr\.io\/gatehouse-ai\/gatehouse:\d\S+ \S+$/,
  );
});

test.each([
  ['kind-mine', 'kind', /^load docker-image ghcr\.io\/\S+ --name mine$/],
  ['k3d-mine', 'k3d', /^image import ghcr\.io\/\S+ --cluster mine$/],
  ['minikube', 'minikube', /^image load ghcr\.io\/\S+$/],
])('the image is loaded into %s by its own tool', async (context, tool, expected) => {
  const calls = program(tool);
  expect((await run('image-load', { KUBECONFIG: await kubeconfig(context) })).code).toBe(0);
  expect(calls()).toMatch(expected);
});

test("a command of one's own loads the image", async () => {
  const calls = program('loader');
  const own = { KUBECONFIG: await kubeconfig('kind-mine'), IMAGE_LOAD: 'loader "$IMAGE" now' };
  expect((await run('image-load', own)).code).toBe(0);
  expect(calls()).toMatch(/^ghcr\.io\/\S+ now$/);
});

test('a cluster that nobody knows how to load into is told so', async () => {
  const { code, stderr } = await run('image-load', {
    KUBECONFIG: await kubeconfig('elsewhere'),
    KUBE_CONTEXT: 'elsewhere',
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(/Push ghcr\.io\/\S+ to a registry .* or say IMAGE_LOAD=/);
});

test('a local cluster is made with the ports of an Ingress, and deleted', async () => {
  const calls = program('k3d');
  const tool = { CLUSTER_TOOL: 'k3d', CLUSTER: 'mine' };
  expect((await run('local-cluster', tool, 'up')).code).toBe(0);
  expect((await run('local-cluster', tool, 'down')).code).toBe(0);
  expect(calls()).toMatch(/^cluster create mine .*127\.0\.0\.1:443:443@loadbalancer.*\ncluster delete mine$/);
});
