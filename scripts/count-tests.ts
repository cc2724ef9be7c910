// Adds up the test reports into the one line that ends a test run: count-tests.ts BROKEN_STEPS REPORT.json...
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTotalTests: number;
  readonly numFailedTestSuites: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const [broken = '0', ...files] = process.argv.slice(2);
const reports = files.map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
const results = reports.flatMap((report) => report.testResults);
const assertions = results.flatMap((result) => result.assertionResults);
const passed = assertions.filter((one) => one.status === 'passed').length;
const failed = assertions.filter((one) => one.status === 'failed').length;
const skipped = assertions.filter((one) => one.status !== 'passed' && one.status !== 'failed');
// A file that failed outside its tests (an import, a hook) has no failed assertion, and must count all the same.
const fallen = results.filter((result) => result.status === 'failed' && !result.assertionResults.some((one) => one.status === 'failed'));

for (const one of skipped) console.log(`not run: ${one.fullName}`);
for (const one of fallen) console.log(`failed outside its tests: ${one.name}`);
const failures = failed + fallen.length + Number(broken) * Number(failed + fallen.length === 0);
console.log(`${passed} passed, ${failures} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`);
process.exitCode = failures > 0 || passed === 0 ? 1 : 0;
