/**
 * Prints the closing line of the tests, `Tests: N passed, N failed`, from Jest's own summary, and fails when the run failed in any
 * way: a test, a suite that could not be loaded, an exit code, no result at all, or nothing that ran.
 *
 * Usage: closing-line.mjs RESULTS EXIT_STATUS
 */
import { readFileSync } from 'node:fs';

const [file = '', exitStatus = ''] = process.argv.slice(2);

/** Jest's summary, or null when Jest did not come far enough to write it. */
function readResults() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    console.error(`No result of the tests: ${error.message}`);
    return null;
  }
}

const results = readResults();
const passed = results?.numPassedTests ?? 0;
const brokenSuites = results?.numRuntimeErrorTestSuites ?? 0;
let failed = (results?.numFailedTests ?? 0) + brokenSuites;
if (brokenSuites > 0) console.error(`${brokenSuites} test files could not be run; each counts as one failed test.`);
if (failed === 0 && (exitStatus !== '0' || results?.success !== true || passed === 0)) {
  console.error(`The tests ended with exit code ${exitStatus}; counted as one failure.`);
  failed = 1;
}
const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
if (failed > 0) process.exitCode = 1;
if (skipped > 0) console.log(`${skipped} tests were skipped.`);
console.log(`Tests: ${passed} passed, ${failed} failed`);
