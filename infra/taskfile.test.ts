import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

interface Task {
  readonly desc?: string;
  readonly internal?: boolean;
  readonly cmd?: string;
  readonly deps?: readonly string[];
}

const text = readFileSync(new URL('../Taskfile.yml', import.meta.url), 'utf8');
const tasks = Object.entries((parse(text) as { tasks: Record<string, Task> }).tasks);

test('every task that users call says what it does', () => {
  const silent = tasks.filter(([name, task]) => name !== 'default' && !task.internal && !task.desc);
  expect(silent).toEqual([]);
});

test('the tasks that users rely on are there', () => {
  const names = tasks.map(([name]) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      ...['deploy-infrastructure', 'deploy-inference-gateway', 'keycloak-admin-password', 'fetch-access-token'],
      ...['explain-token', 'status', 'logs', 'hosts', 'synth', 'diff', 'cluster-up', 'cluster-down', 'image'],
      ...['image-load', 'delete', 'dev', 'test', 'check', 'bench', 'chart', 'deploy-inference-gateway:helm'],
    ]),
  );
});

test('what runs a file of ours installs its packages first, and the file is there', () => {
  for (const [name, { cmd = '', deps = [] }] of tasks) {
    const file = /\{\{\.NODE\}\} (\S+\.ts)/.exec(cmd)?.[1];
    if (!file) continue;
    expect(deps, name).toContain('install');
    expect(() => readFileSync(new URL(`../${file}`, import.meta.url)), name).not.toThrow();
  }
});
