import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

import { openBrowser } from './browser.mjs';
import { silence } from './sound.mjs';
import { startSwitchboard } from './switchboard.mjs';

test('a protocol that plays a sound file', async () => {
  const switchboard = await startSwitchboard();
  const browser = await openBrowser(switchboard.url);
  const { page } = browser;
  try {
    await page.goto(new URL('#/protocols/new', switchboard.url).href);
    await page.locator('#name').fill('Bell');
    await page.locator('#from').fill('+15005550006');
    await page.getByText('Sound file', { exact: true }).first().click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Choose a sound file.').waitFor();
    const file = { name: 'Dinner bell.wav', mimeType: 'audio/wav', buffer: silence() };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('radio', { name: /Dinner bell/, checked: true }).waitFor();
    const hear = page.getByRole('button', { name: 'Play Dinner bell' });
    await hear.click();
    await page.locator('[aria-label="Play Dinner bell"][aria-pressed=false]').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved Bell.').waitFor();
    const { items } = await switchboard.ask('GET', '/api/v1/sounds');
    assert.equal(items[0].name, 'Dinner bell');
    await page.getByText('Plays a sound file').first().waitFor();

    await page.goto(new URL('#/protocols/edit/bell', switchboard.url).href);
    await page.getByRole('button', { name: 'Delete Dinner bell' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText(/Bell plays it/).waitFor();
    const call = await switchboard.placeCall('bell', '+15005550110');
    assert.equal(call.status, 'queued', JSON.stringify(call));
    const html = { name: 'not.mp3', mimeType: 'audio/mpeg', buffer: Buffer.from('<html>') };
    await page.locator('input[type=file]').setInputFiles(html);
    await page.getByText(/This is not a sound file/).waitFor();
    const memo = await readFile(new URL('../../crates/sound/tests/files/tone.m4a', import.meta.url));
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'Memo.m4a', mimeType: 'audio/mp4', buffer: memo });
    await page.getByText('Added Memo, converted to telephone quality.').waitFor();
  } finally {
    await browser.close();
    await switchboard.stop();
  }
});
