// How soon each view of a full house is there, and how long it keeps the page busy: node bench.mjs

import { openBrowser } from './browser.mjs';
import { startFullHouse } from './full-house.mjs';

const VIEWS = [
  ['dial', '#/', 'input[type=radio]'],
  ['calls', '#/calls', 'main li a'],
  ['protocols', '#/protocols', 'article'],
  ['people', '#/people', 'article'],
  ['settings', '#/settings', 'main section'],
  ['help', '#/help', 'main dl'],
];
/** Milliseconds that people notice. */
const LONG = 100;

const busy = () => window.tasks.map((task) => Math.round(task)).sort((one, other) => other - one);

const switchboard = await startFullHouse({ calls: 10_000 });
const browser = await openBrowser(switchboard.url);
try {
  const { page } = browser;
  await page.getByRole('radio').first().waitFor();
  await page.addInitScript(() => {
    window.tasks = [];
    new PerformanceObserver((list) =>
      window.tasks.push(...list.getEntries().map((task) => task.duration)),
    ).observe({
      type: 'longtask',
      buffered: true,
    });
  });
  const told = [];
  for (const [name, at, ready] of VIEWS) {
    await page.goto('about:blank');
    const begun = performance.now();
    await page.goto(new URL(at, switchboard.url).href);
    await page.locator(ready).first().waitFor({ state: 'attached' });
    told.push([name, performance.now() - begun, await page.evaluate(busy)]);
  }
  await page.goto(new URL('#/', switchboard.url).href);
  await page.getByRole('radio').first().waitFor();
  for (const name of ['search, first', 'search, again']) {
    await page.evaluate(() => (window.tasks.length = 0));
    const begun = performance.now();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('hop');
    await page.getByRole('option').first().waitFor();
    told.push([name, performance.now() - begun, await page.evaluate(busy)]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  for (const [name, ms, tasks] of told) {
    const long = tasks.filter((task) => task > LONG).length;
    console.log(
      `${name.padEnd(14)} ${ms.toFixed(0).padStart(6)} ms, longest task ${tasks[0] ?? 'below 50'} ms, ${long} over ${LONG} ms`,
    );
  }
} finally {
  await browser.close();
  await switchboard.stop();
}
