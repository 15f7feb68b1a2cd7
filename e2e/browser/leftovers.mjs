// What a test that failed halfway left running: it is ended after the last test, since its file would never end otherwise.

import { after } from 'node:test';

const leftovers = new Set();
// The programs that take pictures and figures use these modules too, and are no tests.
if (process.env.NODE_TEST_CONTEXT)
  after(async () => {
    for (const end of leftovers) await end();
  });

/** Calls `end` after the last test, unless the function that is given back is called first. */
export function endAfterTests(end) {
  leftovers.add(end);
  return () => leftovers.delete(end);
}
