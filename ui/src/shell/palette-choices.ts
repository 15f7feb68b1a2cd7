/** The palette's choices for a typed text: a few of each kind, and none for an empty text. What can't be undone comes
 * last. */

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
import { groupOf } from '../protocols/plays';
import { groupsOf, type GroupMember } from '../state/groups.svelte';
import { finder, wordsOf } from '../search';
import { go, link } from '../state/place.svelte';
import { nameOf } from '../state/protocols.svelte';
import type { Switchboard } from '../state/switchboard.svelte';
import { LANGUAGES, texts, type Language } from '../texts';
import { groupTexts } from '../texts/groups';

export interface Choice {
  /** Stays the same for the same thing while the text changes. */
  key: string;
  words: string;
  icon: Component<{ size?: number; 'aria-hidden'?: 'true' }>;
  /** It ends a call: Enter chooses it only if it was selected, or if the text asks for hanging up. */
  hangsUp?: boolean;
  /** A group, whose members are shown next. */
  opens?: string;
  run: () => void;
}

export interface Group {
  title: string;
  choices: Choice[];
}

/** Of each kind; typing narrows down the rest. */
const MOST = 8;
/** Including an extension in any notation. */
const NUMBER = /^[+\d][\d\s()./-]{2,}((;ext=|,+|ext\.?|x)\s?[\d*#,]*)?$/i;

/** With `within`, only the members of that group. */
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

/** What Enter chooses if nothing was selected. "Call Ada" is part of "Hang up the call to Ada", so a call is ended
 * only if the text asks for hanging up. */
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

/** People by name or digits, with each of their numbers. */
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

/** Groups by name. Choosing one shows its members. */
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

/** Members who may be called, in order. */
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

/** Protocols by name, id or group, not by what they say, which is long and would match anything. */
function protocols(finds: ReturnType<typeof finder>, switchboard: Switchboard): Choice[] {
  const found = switchboard.protocols.list.filter((protocol) =>
    finds(nameOf(protocol), protocol.id, groupOf(protocol)),
  );
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
  // Just "hang up" offers all calls first, with a question.
  return each.length > 0 ? [all, ...each] : [];
}

/** The calls that are live at the time of the question; later ones aren't included. */
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
    words: `${texts.looks.theme}: ${texts.looks.themes[theme]}`,
    icon: Palette,
    run: () => preferences.set({ theme }),
  }));
  const languages = Object.entries(LANGUAGES).map(([tag, name]) => ({
    key: `language ${tag}`,
    words: `${texts.looks.language}: ${name}`,
    icon: Languages,
    run: () => void reading.choose(tag as Language),
  }));
  const signOut = {
    key: 'sign out',
    words: texts.signOut,
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
  // After the dialog has returned the focus.
  void tick().then(() => requestAnimationFrame(() => document.getElementById('number')?.focus()));
}
