import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { makeAuthority } from '../../infra/bootstrap/make-certificate.ts';
import { run, taskDone } from '../../infra/testing/run.ts';
import { clusterTest, type Installation } from './testing/cluster-test.ts';

const directory = mkdtempSync(join(tmpdir(), 'gatehouse-curl-'));
afterAll(() => rmSync(directory, { recursive: true }));

const file = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

/** The address that `task hosts` says, as someone would put it into /etc/hosts. */
async function addressOf(host: string): Promise<string> {
  const line = (await taskDone('hosts')).stdout.split('\n').find((text) => text.endsWith(` ${host}`));
  if (!line) throw new Error(`task hosts says nothing of ${host}`);
  return line.split(' ')[0] ?? '';
}

/** What curl says of the models: its code, and all that the gateway answered. */
async function curl({ api }: Installation, authority: string, ...args: string[]) {
  const resolve = ['--resolve', `${api.host}:443:${await addressOf(api.host)}`];
  const url = `https://${api.host}/v1/models`;
  return run('curl', ['-s', '-S', '-i', '--cacert', file('ca.crt', authority), ...resolve, ...args, url]);
}

clusterTest('curl gets in with a token', async ({ installation }) => {
  const token = (await taskDone('fetch-access-token')).stdout.trim();
  const { code, stdout } = await curl(installation, installation.api.authority, '-H', `Authorization: Bearer ${token}`);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^HTTP\/\S+ 200/);
  expect(stdout).toContain('"demo/demo-chat"');
});

clusterTest('without one it is refused, and told how to come in', async ({ installation }) => {
  const { code, stdout } = await curl(installation, installation.api.authority);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^HTTP\/\S+ 401/);
  expect(stdout).toMatch(/^www-authenticate: Bearer /im);
});

clusterTest('another authority than that of the cluster does not do', async ({ installation }) => {
  const other = await makeAuthority(new Date());
  const { code, stderr } = await curl(installation, other.certificate);
  expect(code).toBe(60); // curl's "peer certificate cannot be authenticated with known CA certificates"
  expect(stderr).toMatch(/certificate/i);
});

clusterTest('the script of the clients gets an answer', async ({ installation }) => {
  const { api } = installation;
  const token = (await taskDone('fetch-access-token')).stdout.trim();
  const env = { TOKEN: token, CA: file('script-ca.crt', api.authority), ADDRESS: api.address };
  const { code, stdout } = await run('examples/kubernetes/clients/chat.sh', ['Say "hi"!'], { env });
  expect(code).toBe(0);
  expect(JSON.parse(stdout).choices[0].message.content).toMatch(/^You said: "Say "hi"!"/);
  const refused = await run('examples/kubernetes/clients/chat.sh', [], { env: { ...env, TOKEN: 'no.token.atall' } });
  expect(refused.code).toBe(22); // curl's "HTTP page not retrieved"
  expect(JSON.parse(refused.stdout).error.type).toBe('authentication_error');
});
