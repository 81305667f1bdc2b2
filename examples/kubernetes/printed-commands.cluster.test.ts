import { expect } from 'vitest';
import { run, taskDone } from '../../infra/testing/run.ts';
import { clusterTest } from './testing/cluster-test.ts';

clusterTest('what deploy-inference-gateway prints to do next works as it is pasted', async ({ installation: _ }) => {
  const { stderr } = await taskDone('deploy-inference-gateway');
  const [, next = ''] = stderr.split(/ Next:\n/);
  const commands = next.split('\n').filter((line) => line.startsWith('  '));
  expect(commands.map((line) => line.trim().split(/[ =]/)[0])).toEqual(['TOKEN', 'curl']);
  const { code, stdout } = await run('sh', ['-e', '-c', commands.join('\n')]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).data.map(({ id }: { id: string }) => id)).toContain('demo/demo-chat');
});
