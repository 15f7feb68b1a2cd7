import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';

import { mount } from 'svelte';

import { watchInstallable } from './home-screen';
import type { Host } from './host';
import { BrowserHost } from './host-browser';
import Root from './Root.svelte';
import { returnToDraft } from './state/drafts';
import { contextOf, Switchboard } from './state/switchboard.svelte';
import { languageFor, speak } from './texts';

async function openHost(): Promise<Host> {
  if (!('__TAURI_INTERNALS__' in window)) return new BrowserHost();
  return (await import('./host-desktop')).DesktopHost.open();
}

async function open(target: HTMLElement): Promise<void> {
  const host = await openHost();
  await speak(languageFor(host.preferences.language, navigator.languages), navigator.languages);
  await host.started?.(target);
  returnToDraft();
  mount(Root, { target, context: contextOf(new Switchboard(host)) });
}

watchInstallable();
const target = document.getElementById('app');
if (target) void open(target);
