/** Navigation: "back" leads to the previous view, and to no view twice. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { go, link, Whereabouts } from '../src/state/place.svelte';

let whereabouts: Whereabouts;
let stop: () => void;

beforeEach(() => {
  vi.stubGlobal('scrollTo', (_left: number, top: number) => (scrolled = top));
  vi.stubGlobal('matchMedia', () => ({ matches: true }));
  Object.defineProperty(globalThis, 'scrollY', { configurable: true, get: () => scrolled });
  Element.prototype.scrollIntoView = () => undefined;
  document.body.innerHTML = '<div class="place"><main><h1 tabindex="-1">A view</h1></main></div>';
  sessionStorage.clear();
  history.replaceState(null, '', '#/');
  open();
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
});

let scrolled = 0;

function open() {
  whereabouts = new Whereabouts();
  stop = whereabouts.start();
}

async function step(act: () => void) {
  const changed = new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
  act();
  await changed;
}
const settled = () => vi.waitFor(() => expect(document.activeElement).not.toBe(document.body));

test('the start is the dial, and a link to it is no step', async () => {
  expect(location.hash).toBe('#/');
  const { length } = history;
  go(link.dial);
  expect(history.length).toBe(length);
  await step(() => go(link.people));
  expect(history.length).toBe(length + 1);
});

test('what is done leads back to where one came from, and not there once more', async () => {
  await step(() => go(link.people));
  await step(() => go(link.newPerson));
  const { length } = history;
  await step(() => whereabouts.leaveFor(link.people));
  expect([location.hash, history.length]).toEqual([link.people, length]);
  await step(() => history.back());
  expect(location.hash).toBe(link.dial);
});

test('what was opened by its address gives way to the place it belongs to', async () => {
  await step(() => go(link.newPerson));
  whereabouts.leaveFor(link.people);
  expect(location.hash).toBe(link.people);
  await step(() => history.back());
  expect(location.hash).toBe(link.dial);
});

test('a step that is thought better of leaves no entry behind', async () => {
  await step(() => go(link.people));
  await step(() => go(link.newPerson));
  const answers: ((leave: boolean) => void)[] = [];
  whereabouts.guard(() => new Promise((resolve) => answers.push(resolve)));

  const refused = step(() => go(link.settings));
  await refused;
  await step(() => undefined);
  expect([location.hash, whereabouts.place.view]).toEqual([link.newPerson, 'people']);
  answers[0]?.(false);

  // "Back" asks too. After yes, the place is left, and the entry before it is unchanged.
  await step(() => history.back());
  await step(() => undefined);
  expect(location.hash).toBe(link.newPerson);
  await step(() => answers[1]?.(true));
  expect(location.hash).toBe(link.people);
  await step(() => history.back());
  expect(location.hash).toBe(link.dial);
});

test('back leads to where one was scrolled, and to what was focused', async () => {
  await step(() => go(link.people));
  await settled();
  const main = document.querySelector('main');
  const row = `<a href="${link.editPerson('7')}">7</a>`;
  main?.insertAdjacentHTML('beforeend', row);
  main?.querySelector('a')?.focus();
  scrolled = 640;
  Object.defineProperty(document.documentElement, 'scrollHeight', { configurable: true, value: 5_000 });
  addEventListener('hashchange', () => main?.querySelector('a')?.remove(), { once: true });
  await step(() => go(link.editPerson('7')));
  expect(scrolled).toBe(0);
  await settled();
  expect(document.activeElement?.localName).toBe('h1');
  await step(() => history.back());
  main?.insertAdjacentHTML('beforeend', row);
  await vi.waitFor(() => expect(document.activeElement).toBe(main?.querySelector('a')));
  expect(scrolled).toBe(640);
});

test('who has gone on before a view was there is not fetched back', async () => {
  Object.defineProperty(document.documentElement, 'scrollHeight', { configurable: true, value: 5_000 });
  await step(() => go(link.calls));
  scrolled = 640;
  await step(() => go(link.people));
  document.body.innerHTML = '';
  await step(() => history.back());
  // The list hasn't loaded yet when the user scrolls.
  dispatchEvent(new Event('wheel'));
  scrolled = 10;
  document.body.innerHTML = '<main><h1 tabindex="-1">Calls</h1></main>';
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  expect([scrolled, document.activeElement]).toEqual([10, document.body]);
});

test('a reload forgets neither the entries nor the places in them', async () => {
  Object.defineProperty(document.documentElement, 'scrollHeight', { configurable: true, value: 5_000 });
  await step(() => go(link.people));
  scrolled = 320;
  await step(() => go(link.newPerson));
  dispatchEvent(new Event('pagehide'));
  stop();
  open();
  expect(whereabouts.backTo(link.calls)).toBe(false);
  await step(() => whereabouts.backTo(link.people));
  await vi.waitFor(() => expect(scrolled).toBe(320));
  await step(() => go(link.settings));
  expect((history.state as { entry: number }).entry).toBe(2);
});

test('another tab leaves the focus on it', async () => {
  await step(() => go(link.calls));
  await step(() => go(link.call('7')));
  document.body.insertAdjacentHTML('beforeend', '<button>Charts</button>');
  document.querySelector('button')?.focus();
  await step(() => whereabouts.leaveFor(link.calls, true));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  expect(document.activeElement?.localName).toBe('button');
});
