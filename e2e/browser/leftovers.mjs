// Ends what a failed test left running: otherwise the test file would never end.

import { after } from 'node:test';

const leftovers = new Set();
// Programs that take pictures and measurements use these modules too, outside tests.
if (process.env.NODE_TEST_CONTEXT)
  after(async () => {
    for (const end of leftovers) await end();
  });

/** Calls `end` after the last test, unless the returned function is called first. */
export function endAfterTests(end) {
  leftovers.add(end);
  return () => leftovers.delete(end);
}
