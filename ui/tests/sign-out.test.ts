import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { Switchboard } from '../src/state/switchboard.svelte';
import { FakeHost, json } from './board';

let host: FakeHost;
let board: Switchboard;
let left: number;
const leave = () => void (left += 1);
const signedOut = () => host.requests.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
beforeEach(() => {
  left = 0;
  host = new FakeHost();
  board = new Switchboard(host);
  host.answer = () => ({ status: 204, text: '' });
});
afterEach(() => {
  board.drafts.forget();
  localStorage.clear();
});

test('signing out leaves no personal data in the browser', async () => {
  board.preferences.set({ theme: 'dark' });
  board.wish.number = '+15005550111';
  board.wish.protocol = 'dinner';
  board.wish.message = 'The dinner is ruined';
  board.pinned.toggle('dinner');
  await board.signOut(leave);
  expect([signedOut(), left]).toEqual([['/api/v1/session'], 1]);
  expect(host.preferences).toMatchObject({ last_number: null, last_protocol: null, theme: 'dark' });
  expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toMatch(/dinner|0111/);
  dispatchEvent(new Event('pagehide'));
  expect(host.preferences.last_number, 'nor on the way out').toBeNull();
});

test('unsaved changes are asked about first', async () => {
  board.drafts.keep(() => ({ name: 'Ada' }));
  const leaving = board.signOut(leave);
  expect(board.question.asked?.text).toContain('unsaved changes');
  board.question.answer(false);
  await leaving;
  expect([signedOut(), left]).toEqual([[], 0]);
  const again = board.signOut(leave);
  board.question.answer(true);
  await again;
  expect([signedOut(), left]).toEqual([['/api/v1/session'], 1]);
  dispatchEvent(new Event('pagehide'));
  expect(sessionStorage.length, 'and not kept after that').toBe(0);
});

test('so is another place’s draft, kept over a reload', () => {
  location.hash = '#/people/new';
  const stop = board.drafts.keep(() => ({ name: 'Ada' }));
  dispatchEvent(new Event('pagehide'));
  stop();
  void board.signOut(leave);
  expect(board.question.asked).toBeDefined();
  board.question.answer(false);
});

test('deletions that could still be undone are carried out before', async () => {
  host.answer = () => json(200, { items: [{ id: 'dinner', phone_number: '+15005550006' }] });
  await board.protocols.refresh();
  board.protocols.hide('dinner');
  host.answer = () => ({ status: 204, text: '' });
  await board.signOut(leave);
  expect(signedOut()).toEqual(['/api/v1/protocols/dinner', '/api/v1/session']);
});

test('if signing out fails, everything stays', async () => {
  host.answer = () => Promise.reject(new Error('no network'));
  board.pinned.toggle('dinner');
  await board.signOut(leave);
  expect([left, board.pinned.has('dinner')]).toEqual([0, true]);
  await vi.waitFor(() => expect(board.toasts.list).toHaveLength(1));
  board.toasts.list.forEach((toast) => board.toasts.dismiss(toast));
});
