import { readFileSync } from 'node:fs';

/** Adds up vitest's JSON reports and prints one line; fails when a test failed, or none ran. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly success: boolean;
}

const reports = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
const sum = (count: (report: Report) => number) => reports.reduce((total, report) => total + count(report), 0);
const passed = sum((report) => report.numPassedTests);
// A file that cannot even be read has no failed test, but it has failed.
const failed = sum((report) => Math.max(report.numFailedTests, report.success ? 0 : 1));
process.stdout.write(`${passed} passed, ${failed} failed, ${sum((report) => report.numPendingTests)} skipped\n`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
