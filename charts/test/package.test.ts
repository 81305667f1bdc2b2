import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { freshReadme } from '../readme.ts';
import { CHART, chartTest, helm } from '../testing/helm.ts';

const chart = parse(readFileSync(`${CHART}/Chart.yaml`, 'utf8')) as Record<string, string> & {
  readonly annotations: Readonly<Record<string, string>>;
};

test('the chart and its image have the version of the package', () => {
  const { version, appVersion } = chart;
  expect({ version, appVersion }).toEqual({ version: packageJson.version, appVersion: packageJson.version });
  const images = parse(chart.annotations['artifacthub.io/images'] ?? '') as readonly { readonly image: string }[];
  expect(images.map(({ image }) => image)).toEqual([`ghcr.io/gatehouse-ai/gatehouse:${packageJson.version}`]);
});

test('the icon that it names is in the repository, and every version says what changed', () => {
  const path = /gatehouse\/main\/(.+)$/.exec(chart['icon'] ?? '')?.[1] ?? '';
  expect(existsSync(new URL(`../../${path}`, import.meta.url))).toBe(true);
  const changes = parse(chart.annotations['artifacthub.io/changes'] ?? '') as readonly Record<string, string>[];
  expect(changes.length).toBeGreaterThan(0);
  for (const change of changes) expect(Object.keys(change)).toEqual(['kind', 'description']);
});

test("the README's tables are those of values.yaml", () => {
  const text = readFileSync(`${CHART}/README.md`, 'utf8');
  expect(freshReadme(text)).toBe(text);
  expect(text).toContain('| `auth.enabled` | `true` | Admit only callers with a good access token.');
  expect(() => freshReadme(text.replace('<!-- /values -->', ''))).toThrow('the marks of the tables are missing');
});

chartTest('the package holds what an installation needs, and no more', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'chart-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const { stdout } = await helm(['package', CHART, '--destination', directory]);
  const file = join(directory, `inference-gateway-${packageJson.version}.tgz`);
  expect(stdout).toContain(file);
  const values = await helm(['show', 'values', file]);
  expect(values.stdout.trim()).toBe(readFileSync(`${CHART}/values.yaml`, 'utf8').trim());
  const rendered = await helm(['template', 'x', file, '--kube-version', '1.34.0']);
  expect(rendered.stdout).toContain('/health/ready');
});
