// Runs axe, checks the width, and saves a screenshot (in BSP_PICTURES, or else the system's temporary folder).

import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PICTURES = process.env.BSP_PICTURES ?? join(tmpdir(), 'bsp-pictures');
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function look(page, name, { whole = false } = {}) {
  await mkdir(PICTURES, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: whole });
  await page.evaluate(axe);
  const found = await page.evaluate((rules) => window.axe.run({ runOnly: rules }), RULES);
  const faults = found.violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.slice(0, 4).map((node) => `${node.target}: ${node.failureSummary}`),
  }));
  assert.deepEqual(faults, [], `${name}: ${JSON.stringify(faults, null, 2)}`);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  assert.ok(overflow <= 0, `${name} is ${overflow} px wider than the window: ${await tooWide(page)}`);
}

function tooWide(page) {
  return page.evaluate(() => {
    const past = (element) => element.getBoundingClientRect().right > document.documentElement.clientWidth;
    const inner = [...document.body.querySelectorAll('*')].filter(
      (element) => past(element) && ![...element.children].some(past),
    );
    return inner
      .map(
        (element) =>
          `<${element.localName} class="${element.className}"> “${element.textContent.trim().slice(0, 60)}”`,
      )
      .join(', ');
  });
}
