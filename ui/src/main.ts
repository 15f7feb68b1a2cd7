import './styles/tokens.css';
import './styles/fonts.css';
import './styles/base.css';

import { mount } from 'svelte';

import App from './App.svelte';
import { BrowserHost } from './host';
import { contextOf, Switchboard } from './state/switchboard.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target, context: contextOf(new Switchboard(new BrowserHost())) });
