// The pictures of docs/phones.md: node pictures.mjs
//
// The program's own pages are photographed in a Chromium of a phone's size. The system's settings can't be, so the way
// through them is drawn.

import { writeFile } from 'node:fs/promises';

import { openBrowser } from './browser.mjs';
import { startSwitchboard } from './switchboard.mjs';

const AUTHORITY = 'BenSpamsPhones on pi';
/** One screen each: its title, its rows, and the row to tap, which may have a switch. */
const ANDROID = [
  { title: 'Settings', rows: ['Display', 'Battery', 'Security & privacy', 'Accounts'], tap: 2 },
  { title: 'Security & privacy', rows: ['Device unlock', 'Privacy', 'More security settings'], tap: 2 },
  { title: 'More security settings', rows: ['Screen pinning', 'Encryption & credentials'], tap: 1 },
  { title: 'Encryption & credentials', rows: ['User credentials', 'Install a certificate'], tap: 1 },
  { title: 'Install a certificate', rows: ['CA certificate', 'Wi-Fi certificate'], tap: 0 },
  { title: 'The warning', rows: ['Don’t install', 'Install anyway'], tap: 1 },
];
const IPHONE = [
  { title: 'Settings', rows: ['Profile Downloaded', 'General', 'Display'], tap: 0 },
  { title: 'Install Profile', rows: [AUTHORITY, 'Install'], tap: 1 },
  { title: 'General', rows: ['About', 'Keyboard', 'Language'], tap: 0 },
  { title: 'About', rows: ['Name', 'Model', 'Certificate Trust Settings'], tap: 2 },
  { title: 'Certificate Trust', rows: [AUTHORITY], tap: 0, isSwitch: true },
];

const WIDTH = 252;
const GAP = 20;
const ROW = 42;
const ACROSS = 3;

const escaped = (words) => words.replaceAll('&', '&amp;');

function row(words, { at, isTapped, isSwitch }) {
  const y = 58 + at * (ROW + 4);
  const lamp = isSwitch
    ? `<rect x="${WIDTH - 50}" y="${y + 12}" width="32" height="18" rx="9" fill="#7c4f06"/><circle cx="${WIDTH - 27}" cy="${y + 21}" r="7" fill="#fff"/>`
    : `<path d="M${WIDTH - 24} ${y + 15}l6 6-6 6" fill="none" stroke="#7c4f06" stroke-width="2"/>`;
  return `<rect x="10" y="${y}" width="${WIDTH - 20}" height="${ROW}" rx="8" fill="${isTapped ? '#f6e5c0' : '#fbf8f1'}" stroke="${isTapped ? '#7c4f06' : '#e0d5c1'}" stroke-width="${isTapped ? 2 : 1}"/>
<text x="20" y="${y + 26}" font-size="12.5"${isTapped ? ' font-weight="700"' : ''}>${escaped(words)}</text>${isTapped ? lamp : ''}`;
}

function screen({ title, rows, tap, isSwitch = false }, at, height) {
  const x = GAP / 2 + (at % ACROSS) * (WIDTH + GAP);
  const y = 14 + Math.floor(at / ACROSS) * (height + GAP);
  const drawn = rows.map((words, at) => row(words, { at, isTapped: at === tap, isSwitch }));
  return `<g transform="translate(${x} ${y})">
<rect width="${WIDTH}" height="${height}" rx="18" fill="#fff" stroke="#8a7c66" stroke-width="1.5"/>
<circle cx="24" cy="30" r="12" fill="#1f1a14"/><text x="24" y="34.5" font-size="13" font-weight="700" fill="#fff" text-anchor="middle">${at + 1}</text>
<text x="44" y="35" font-size="13.5" font-weight="700">${escaped(title)}</text>
${drawn.join('\n')}
</g>`;
}

function drawing(screens, words) {
  const width = ACROSS * (WIDTH + GAP);
  const each = 68 + Math.max(...screens.map(({ rows }) => rows.length)) * (ROW + 4);
  const height = Math.ceil(screens.length / ACROSS) * (each + GAP) + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" fill="#1f1a14">
<title>${words}</title>
<rect width="${width}" height="${height}" rx="12" fill="#f5f0e6"/>
${screens.map((one, at) => screen(one, at, each)).join('\n')}
<text x="${width / 2}" y="${height - 16}" font-size="12.5" fill="#5c5140" text-anchor="middle">A drawing of the way, not a photograph: names and order differ between devices and versions.</text>
</svg>
`;
}

const picture = (name) => new URL(`../../docs/pictures/${name}`, import.meta.url).pathname;

await writeFile(picture('trust-android.svg'), drawing(ANDROID, 'Trust the certificate on Android'));
await writeFile(picture('trust-iphone.svg'), drawing(IPHONE, 'Trust the certificate on an iPhone'));

const switchboard = await startSwitchboard();
const { url } = await switchboard.askAsOwner('POST', '/api/v1/pairings');
const browser = await openBrowser(url, { phone: true, signedIn: false });
try {
  const { page } = browser;
  await page.getByLabel('Name of this device').fill('Ada’s phone');
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: picture('phone-join.png') });
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('radio', { checked: true }).waitFor();
  await page.getByText('Connected', { exact: true }).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: picture('phone-joined.png') });
} finally {
  await browser.close();
  await switchboard.stop();
}
