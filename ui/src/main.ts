import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';

import { mount } from 'svelte';

import App from './App.svelte';
import type { Host } from './host';
import { BrowserHost } from './host-browser';
import { contextOf, Switchboard } from './state/switchboard.svelte';

/** The desktop's window leaves a mark of its own in the page. */
async function openHost(): Promise<Host> {
  if (!('__TAURI_INTERNALS__' in window)) return new BrowserHost();
  return (await import('./host-desktop')).DesktopHost.open();
}

const target = document.getElementById('app');
if (target) {
  void openHost().then((host) => mount(App, { target, context: contextOf(new Switchboard(host)) }));
}
