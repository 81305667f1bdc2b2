import { defineConfig } from 'vitest/config';

/** Behaviour that crosses processes gets longer deadlines; a unit test that needs seconds is broken. */
const project = (name: string, include: string[], exclude: string[], seconds: number) => ({
  test: {
    name,
    include,
    exclude: ['node_modules/**', ...exclude],
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
  },
});

const keycloak = 'examples/**/*.keycloak.test.ts';
const tasks = 'infra/tasks/**/*.test.ts';
const cluster = ['infra/**/*.cluster.test.ts', 'examples/**/*.cluster.test.ts', 'charts/test/*.cluster.test.ts'];

export default defineConfig({
  test: {
    projects: [
      project('unit', ['gateway/**/*.test.ts', 'infra/**/*.test.ts'], ['gateway/test/**', tasks, ...cluster], 10),
      project('behaviour', ['gateway/test/**/*.test.ts', tasks], cluster, 60),
      {
        test: {
          ...project('chart', ['charts/test/*.test.ts'], cluster, 60).test,
          globalSetup: 'charts/testing/tools.ts',
        },
      },
      project('quickstart', ['examples/**/*.test.ts'], [keycloak, ...cluster], 90),
      project('keycloak', [keycloak], [], 300),
      {
        test: {
          ...project('cluster', cluster, [], 300).test,
          // One cluster, one installation: what one file breaks and mends, another would trip over.
          fileParallelism: false,
          globalSetup: 'examples/kubernetes/testing/installation.ts',
        },
      },
    ],
  },
});
