/** What the palette offers for what was typed: nothing before there is something, and few of each kind. What can't be taken
 * back comes last. */

import AudioLines from '@lucide/svelte/icons/audio-lines';
import Hash from '@lucide/svelte/icons/hash';
import History from '@lucide/svelte/icons/history';
import Languages from '@lucide/svelte/icons/languages';
import LogOut from '@lucide/svelte/icons/log-out';
import Palette from '@lucide/svelte/icons/sun-moon';
import Phone from '@lucide/svelte/icons/phone';
import PhoneOff from '@lucide/svelte/icons/phone-off';
import Plus from '@lucide/svelte/icons/plus';
import Settings from '@lucide/svelte/icons/settings-2';
import UsersRound from '@lucide/svelte/icons/users-round';
import Users from '@lucide/svelte/icons/users';
import { tick, type Component } from 'svelte';

import { shown, whole } from '../phone-shown.svelte';
import { groupsOf, type GroupMember } from '../state/groups.svelte';
import { finder, wordsOf } from '../search';
import { go, link } from '../state/place.svelte';
import { nameOf } from '../state/protocols.svelte';
import type { Switchboard } from '../state/switchboard.svelte';
import { LANGUAGES, texts, type Language } from '../texts';
import { groupTexts } from '../texts/groups';

export interface Choice {
  /** The same for the same thing, whatever is typed further. */
  key: string;
  words: string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  /** It ends a call: Enter doesn't choose it before it was pointed at, or asked for by what it does. */
  hangsUp?: boolean;
  /** It is a group, and its people are shown next. */
  opens?: string;
  run: () => void;
}

export interface Group {
  title: string;
  choices: Choice[];
}

/** Of each kind: more than that is narrowed by typing, not by reading. */
const MOST = 8;
/** With an extension, however it is written. */
const NUMBER = /^[+\d][\d\s()./-]{2,}((;ext=|,+|ext\.?|x)\s?[\d*#,]*)?$/i;

/** `within` is the group whose people alone are offered. */
export function choicesFor(typed: string, switchboard: Switchboard, within?: string): Group[] {
  const opened = within === undefined ? undefined : groupsOf(switchboard).get(within);
  if (opened) {
    const choices = members(opened.members, finder(typed), switchboard);
    return choices.length > 0 ? [{ title: groupTexts.within(opened.name), choices }] : [];
  }
  if (typed.trim() === '') return [];
  const finds = finder(typed);
  const t = texts.palette;
  const listed = (title: string, choices: Choice[]) => ({
    title,
    choices: choices.filter(({ words }) => finds(words)).slice(0, MOST),
  });
  return [
    { title: t.number, choices: numberOf(typed.trim(), switchboard) },
    { title: texts.places.people, choices: people(typed, switchboard) },
    { title: groupTexts.title, choices: groups(typed, switchboard) },
    { title: t.dialWith, choices: protocols(finds, switchboard) },
    listed(t.go, places()),
    listed(t.commands, commands(switchboard)),
    listed(t.live, live(switchboard)),
  ].filter(({ choices }) => choices.length > 0);
}

/** What Enter chooses before anything was pointed at. "Call Ada" is in "Hang up the call to Ada": a call is only ended for who
 * types that they want to hang up. */
export function firstOf(groups: Group[], typed: string): Choice | undefined {
  const words = wordsOf(typed);
  const asked = wordsOf(texts.palette.hangUpWords).some((word) => words.includes(word));
  return groups.flatMap(({ choices }) => choices).find(({ hangsUp }) => asked || !hangsUp);
}

function numberOf(typed: string, switchboard: Switchboard): Choice[] {
  if (!NUMBER.test(typed)) return [];
  const run = () => toDial(() => (switchboard.wish.number = typed));
  return [{ key: 'number', words: texts.palette.ring(typed), icon: Hash, run }];
}

/** A person by name or digits, with each of their numbers. */
function people(typed: string, switchboard: Switchboard): Choice[] {
  const { people, wish } = switchboard;
  const choices = people.matching(typed).flatMap(({ id, name, numbers }) =>
    numbers
      .filter(({ number }) => !people.blockOf(number))
      .map(({ number, extension }, index) => {
        const written = shown(whole(number, extension));
        return {
          key: `person ${id} ${index}`,
          words: texts.palette.ring(`${name}, ${written}`),
          icon: Users,
          run: () => toDial(() => (wish.number = written)),
        };
      }),
  );
  return choices.slice(0, MOST);
}

/** The groups by name. Choosing one shows its people, and rings nobody. */
function groups(typed: string, switchboard: Switchboard): Choice[] {
  return groupsOf(switchboard)
    .matching(typed)
    .slice(0, MOST)
    .map(({ id, name, members }) => ({
      key: `group ${id}`,
      words: groupTexts.open(name, members.length),
      icon: UsersRound,
      opens: id,
      run: () => undefined,
    }));
}

/** All members of a group who may be called, in their order. */
function members(
  all: readonly GroupMember[],
  finds: ReturnType<typeof finder>,
  { people, wish }: Switchboard,
): Choice[] {
  return all.flatMap(({ person, number, extension }, index) => {
    const name = people.get(person)?.name;
    if (name === undefined || people.blockOf(number) || !finds(name)) return [];
    const written = shown(whole(number, extension));
    const run = () => toDial(() => (wish.number = written));
    return [{ key: `member ${index}`, words: texts.palette.ring(`${name}, ${written}`), icon: Users, run }];
  });
}

/** A protocol by its name or id alone: what it says is long, and would be found by anything. */
function protocols(finds: ReturnType<typeof finder>, switchboard: Switchboard): Choice[] {
  const found = switchboard.protocols.list.filter((protocol) => finds(nameOf(protocol), protocol.id));
  return found.slice(0, MOST).map((protocol) => ({
    key: `dial ${protocol.id}`,
    words: `${texts.palette.dialWith} ${nameOf(protocol)}`,
    icon: Phone,
    run: () => toDial(() => (switchboard.wish.protocol = protocol.id)),
  }));
}

function live(switchboard: Switchboard): Choice[] {
  const { calls, protocols } = switchboard;
  const each = calls.open.map((call) => ({
    key: `live ${call.id}`,
    words: `${texts.palette.hangUp(switchboard.callee(call.to))} (${protocols.nameOf(call.protocol, call.protocol_name)})`,
    icon: PhoneOff,
    hangsUp: true,
    run: () => void switchboard.hangUp(call),
  }));
  const all = {
    key: 'live all',
    words: texts.palette.hangUpAll,
    icon: PhoneOff,
    hangsUp: true,
    run: () => void hangUpAll(switchboard),
  };
  // Who types no more than "hang up" is asked first.
  return each.length > 0 ? [all, ...each] : [];
}

/** Those that are live when it is asked; one that is placed meanwhile isn't meant. */
async function hangUpAll(switchboard: Switchboard): Promise<void> {
  const { calls, question } = switchboard;
  const meant = calls.open;
  const t = texts.palette;
  if (!(await question.ask(t.hangUpAllAsk(meant.length), t.hangUpAllYes))) return;
  const open = new Set(calls.open.map(({ id }) => id));
  for (const call of meant) if (open.has(call.id)) void switchboard.hangUp(call);
}

function places(): Choice[] {
  const { places } = texts;
  return [
    { key: 'go dial', words: places.dial, icon: Phone, run: () => go(link.dial) },
    { key: 'go calls', words: places.calls, icon: History, run: () => go(link.calls) },
    { key: 'go protocols', words: places.protocols, icon: AudioLines, run: () => go(link.protocols) },
    { key: 'go people', words: places.people, icon: Users, run: () => go(link.people) },
    { key: 'go settings', words: places.settings, icon: Settings, run: () => go(link.settings) },
  ];
}

function commands(switchboard: Switchboard): Choice[] {
  const { host, preferences, reading } = switchboard;
  const t = texts.palette;
  const themes = (['light', 'dark', 'system'] as const).map((theme) => ({
    key: `theme ${theme}`,
    words: `${texts.settings.theme}: ${texts.settings.themes[theme]}`,
    icon: Palette,
    run: () => preferences.set({ theme }),
  }));
  const languages = Object.entries(LANGUAGES).map(([tag, name]) => ({
    key: `language ${tag}`,
    words: `${texts.settings.language}: ${name}`,
    icon: Languages,
    run: () => void reading.choose(tag as Language),
  }));
  const signOut = {
    key: 'sign out',
    words: texts.settings.signOut,
    icon: LogOut,
    run: () => void switchboard.signOut(),
  };
  return [
    { key: 'new person', words: t.newPerson, icon: Plus, run: () => go(link.newPerson) },
    { key: 'new protocol', words: t.newProtocol, icon: Plus, run: () => go(link.newProtocol) },
    ...themes,
    ...languages,
    ...(host.desktop ? [] : [signOut]),
  ];
}

function toDial(set: () => unknown): void {
  set();
  go(link.dial);
  // After the dialog has given the focus back.
  void tick().then(() => requestAnimationFrame(() => document.getElementById('number')?.focus()));
}
