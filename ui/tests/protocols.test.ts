import { describe, expect, test } from 'vitest';

import { Api, type Protocol } from '../src/api';
import { Draft } from '../src/protocols/draft.svelte';
import { playsLine } from '../src/protocols/plays';
import { check } from '../src/protocols/twiml';
import { Protocols } from '../src/state/protocols.svelte';
import { texts } from '../src/texts';
import { FakeHost, json } from './board';

const dinner: Protocol = { id: 'dinner', phone_number: '+15005550006', say: { text: 'Dinner is ready.' } };
const draft = (original: Partial<Protocol>, isNew = false, isReachable = () => true) =>
  new Draft(original, isNew, (id) => id === 'taken', isReachable);

describe('a draft', () => {
  test('without changes saves what was there, unknown fields included', () => {
    const original = {
      ...dinner,
      mood: { loud: null },
      record: false,
      timeout: null,
      method: 'GET',
    } as Protocol;
    const { id, ...fields } = original;
    expect(id).toBe('dinner');
    expect(JSON.parse(JSON.stringify(draft(original).fields()))).toEqual(fields);
    expect(draft(original).isChanged).toBe(false);
  });

  test('repeats a message, and leaves out what the server computes', () => {
    const original: Protocol = {
      ...dinner,
      say: { text: 'Hi {message}', message: 'Alarm', repeat: 3 },
      takes_message: { room: 90, times: 1, names: 0, default: 'Alarm' },
    };
    const edited = draft(original);
    expect(edited.others).toEqual([]);
    expect(edited.isChanged).toBe(false);
    expect(edited.steps[0]).toMatchObject({
      text: expect.stringContaining('Hi Alarm') as string,
      aside: '3 times',
    });
    expect(JSON.parse(JSON.stringify(edited.fields()))).toEqual({
      phone_number: dinner.phone_number,
      say: original.say,
    });
    edited.text = 'Hi';
    expect(edited.fields().say).toEqual({ text: 'Hi', repeat: 3 });
  });

  test('has one way to play', () => {
    const edited = draft(dinner);
    edited.kind = 'callback';
    edited.callback = ' https://example.com/twiml ';
    const fields = JSON.parse(JSON.stringify(edited.fields())) as object;
    expect(fields).toEqual({ phone_number: '+15005550006', callback: 'https://example.com/twiml' });
    expect(edited.isChanged).toBe(true);
  });

  test('keeps the owner’s permission only with its TwiML', () => {
    const twiml = '<Response><Dial><Sip>sip:ada@example.com</Sip></Dial></Response>';
    const original: Protocol = {
      id: 'ada',
      phone_number: '+15005550006',
      twiml,
      allow_unchecked_twiml: true,
    };
    const edited = draft(original);
    expect(edited.others).toEqual([]);
    expect(edited.fields().allow_unchecked_twiml).toBe(true);
    edited.kind = 'say';
    edited.text = 'Hello';
    expect(edited.fields().allow_unchecked_twiml).toBeUndefined();
    const fresh = draft({ ...original, allow_unchecked_twiml: null });
    expect(fresh.fields().allow_unchecked_twiml).toBeNull();
    fresh.allowsUnchecked = true;
    expect(fresh.fields().allow_unchecked_twiml).toBe(true);
  });

  test('takes its id from its name until someone edits the id', () => {
    const fresh = draft({}, true);
    fresh.rename('Gute Nacht, Jürgen!');
    expect(fresh.id).toBe('gute-nacht-jurgen');
    fresh.reidentify('night');
    fresh.rename('Good night');
    expect(fresh.id).toBe('night');
  });

  test('names each fault', () => {
    const bad = draft({ id: 'taken' }, true);
    Object.assign(bad, { timeout: '601', timeLimit: 'x', digits: '12;', from: ' ' });
    expect(Object.keys(bad.faults).sort()).toEqual(['digits', 'from', 'id', 'say', 'timeLimit', 'timeout']);
    bad.kind = 'callback';
    bad.callback = 'ftp://example.com';
    expect(bad.faults.callback).toBeDefined();
    bad.kind = 'twiml';
    bad.twiml = '<Respons/>';
    expect(bad.faults.twiml).toContain('<Respons>');
  });
});

describe('the offer to press 9', () => {
  const offered = (edited: Draft) => edited.steps.filter((step) => step.aside === texts.editor.optOutWhen);
  const stored = (edited: Draft) => JSON.parse(JSON.stringify(edited.fields())) as Record<string, unknown>;

  test('ends a message by default, in its language, and is not in the file until someone decides', () => {
    const edited = draft({ ...dinner, say: { text: 'Essen!', language: 'de-AT' } });
    expect(edited.offersOptOut).toBe(true);
    expect(offered(edited).map((step) => step.text)).toEqual([
      '“Drücken Sie die 9, und diese Nummer wird nicht wieder angerufen.”',
    ]);
    expect(stored(edited)).not.toHaveProperty('offer_opt_out');
    edited.offersOptOut = false;
    expect(offered(edited)).toEqual([]);
    expect(stored(edited).offer_opt_out).toBe(false);
    edited.offersOptOut = true;
    expect(edited.isChanged).toBe(false);
  });

  test('that is in the file stays there', () => {
    for (const offer_opt_out of [true, false, null]) {
      expect(stored(draft({ ...dinner, offer_opt_out }))).toMatchObject({ offer_opt_out });
    }
  });

  test('follows other things on request, but never a callback', () => {
    const edited = draft(dinner);
    edited.kind = 'sound';
    edited.sound = 'x';
    expect(offered(edited)).toEqual([]);
    edited.offersOptOut = true;
    edited.optOutLanguage = 'sv';
    expect(offered(edited).map((step) => step.text)).toEqual([
      '“Tryck på 9 så rings det här numret inte upp igen.”',
    ]);
    expect(stored(edited)).toMatchObject({ offer_opt_out: true, opt_out_language: 'sv' });
    edited.kind = 'callback';
    edited.callback = 'https://example.com/twiml';
    expect(edited.offersOptOut).toBe(false);
    expect(stored(edited)).not.toHaveProperty('offer_opt_out');
  });

  test('comes before the end of TwiML, and has no place in TwiML that does more than play', () => {
    const twiml = '<Response><Say voice="Polly.Lucia">Hola</Say><Hangup/></Response>';
    const edited = draft({ id: 'a', phone_number: '', twiml, offer_opt_out: true });
    expect(edited.steps.map((step) => step.text)).toEqual([
      '“Hola”',
      '“Pulse 9 y no se volverá a llamar a este número.”',
      'Hangs up',
    ]);
    expect(edited.faults.optOut).toBeUndefined();
    for (const verbs of ['<Gather/>', '<Say>A</Say><Redirect>x</Redirect>', '<Play loop="0">x</Play>', '']) {
      edited.twiml = `<Response>${verbs}</Response>`;
      expect(edited.faults.optOut, verbs).toBe(texts.editor.optOutNoPlace);
      expect(offered(edited)).toEqual([]);
    }
  });

  test('needs room, and a way for the key to arrive here', () => {
    expect(offered(draft(dinner, false, () => false))).toEqual([]);
    const edited = draft(dinner);
    edited.text = 'x'.repeat(3_900);
    expect(edited.missingRoom).toBeGreaterThan(0);
    expect(offered(edited)).toEqual([]);
    expect(edited.faults.optOut, 'an old message goes on as it was').toBeUndefined();
    edited.text = 'x'.repeat(3_900 - edited.missingRoom);
    expect(edited.missingRoom).toBe(0);
    edited.text += 'x';
    expect(edited.missingRoom).toBe(1);
    const wanted = draft({ ...dinner, say: { text: 'x'.repeat(3_900) }, offer_opt_out: true });
    expect(wanted.faults.optOut).toBe(texts.editor.optOutNoRoom(wanted.missingRoom));
  });
});

describe('the request to confirm', () => {
  const said = (edited: Draft) => edited.steps.map((step) => step.text);
  const stored = (edited: Draft) =>
    (JSON.parse(JSON.stringify(edited.fields())) as Record<string, unknown>).acknowledge;
  const both = '“Press 1 to confirm, or 9 and this number will not be called again.”';

  test('is one sentence with the offer to press 9, in the language of the message', () => {
    const edited = draft(dinner);
    expect(stored(edited)).toBeUndefined();
    edited.acknowledges = true;
    expect(said(edited).at(-1)).toBe(both);
    expect(stored(edited)).toBe(true);
    edited.offersOptOut = false;
    expect(said(edited).at(-1)).toBe('“Press 1 to confirm.”');
    edited.acknowledgeKey = '4';
    edited.optOutLanguage = 'de';
    expect(said(edited).at(-1)).toBe('“Drücken Sie zur Bestätigung die 4.”');
    expect(stored(edited)).toEqual({ digit: '4' });
  });

  test('has words of the owner’s, beside which the offer stays a sentence of its own', () => {
    const edited = draft({ ...dinner, acknowledge: { prompt: 'Press 1 & come.' } });
    expect(said(edited).slice(-2)).toEqual([
      '“Press 1 & come.”',
      '“Press 9 and this number will not be called again.”',
    ]);
    edited.acknowledgePrompt = 'x'.repeat(301);
    expect(edited.faults.acknowledge).toBe(texts.editor.acknowledgeLong(300));
  });

  test('stays written as it was, as long as it means the same', () => {
    for (const acknowledge of [true, false, null, { digit: '1' }, { required: false, digit: '0' }]) {
      const edited = draft({ ...dinner, acknowledge });
      expect(edited.isChanged).toBe(false);
      expect(stored(edited)).toEqual(acknowledge);
    }
    const edited = draft({ ...dinner, acknowledge: { digit: '1' } });
    edited.acknowledgeRequired = false;
    expect(stored(edited)).toEqual({ required: false });
    edited.kind = 'callback';
    expect(stored(edited)).toBeUndefined();
  });

  test('needs room before the offer does, and a place in TwiML', () => {
    const edited = draft({ ...dinner, acknowledge: true });
    edited.text = 'x'.repeat(3_200);
    expect(edited.faults.acknowledge).toBeUndefined();
    expect(said(edited).at(-1)).toBe('“Press 1 to confirm.”');
    edited.text = 'x'.repeat(3_900);
    const missing = edited.missingToAcknowledge;
    expect(edited.faults.acknowledge).toBe(texts.editor.acknowledgeNoRoom(missing));
    edited.text = 'x'.repeat(3_900 - missing);
    expect(edited.faults.acknowledge).toBeUndefined();
    edited.kind = 'twiml';
    edited.twiml = '<Response><Gather/></Response>';
    expect(edited.faults.acknowledge).toBe(texts.editor.optOutNoPlace);
  });
});

describe('TwiML', () => {
  test('is described in plain words', () => {
    const checked = check(
      '<Response><Say voice="Polly.Amy" loop="2">Hello</Say><Pause length="3"/><Play>https://x.example/a/song.mp3</Play><Gather><Say>Press</Say></Gather><Sing/></Response>',
    );
    if ('fault' in checked) throw new Error(checked.fault);
    expect(checked.steps.map((step) => [step.kind, step.text])).toEqual([
      ['say', '“Hello”'],
      ['silence', '3 s of silence'],
      ['play', 'Plays song.mp3 (x.example)'],
      ['act', 'Waits for keys or speech:'],
      ['warning', '<Sing>: unknown to Twilio, which skips it'],
    ]);
    expect(checked.steps[0]?.aside).toBe('voice Polly.Amy, 2 times');
    expect(checked.steps[3]?.inside[0]?.text).toBe('“Press”');
  });

  test('is refused with a reason', () => {
    expect(check('<Response><Say>Hello</Response>')).toHaveProperty('fault');
    expect(check('<html/>')).toEqual({ fault: expect.stringContaining('<html>') as string });
    expect(check('<!DOCTYPE a [<!ENTITY b "c">]><Response>&b;</Response>')).toHaveProperty('fault');
    expect(check(`<Response>${'x'.repeat(4_000)}</Response>`)).toHaveProperty('fault');
    expect(check(`<Response><Say>${'😀'.repeat(2_000)}</Say></Response>`)).toHaveProperty('steps');
  });

  test('in one line', () => {
    expect(playsLine({ phone_number: '', callback: 'https://handler.twilio.com/twiml/X' })).toBe(
      'TwiML at handler.twilio.com',
    );
    expect(playsLine({ phone_number: '', twiml: '<Response><Say>Hi</Say><Hangup/></Response>' })).toBe(
      '“Hi” Hangs up',
    );
  });
});

describe('deleting', () => {
  const list = ['a', 'b', 'c'].map((id) => ({ ...dinner, id }));
  async function three() {
    const host = new FakeHost();
    host.answer = ({ method }) => (method === 'GET' ? json(200, { items: list }) : { status: 204, text: '' });
    const protocols = new Protocols(new Api(host));
    await protocols.refresh();
    return { host, protocols, ids: () => protocols.list.map((protocol) => protocol.id) };
  }

  test('can be undone, which restores the place, and then the server was never asked', async () => {
    const { host, protocols, ids } = await three();
    protocols.hide('b');
    expect(ids()).toEqual(['a', 'c']);
    protocols.restore('b');
    await protocols.remove('b');
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(host.requests.map((request) => request.method)).toEqual(['GET']);
  });

  test('is carried out once it can’t be undone any more', async () => {
    const { host, protocols, ids } = await three();
    protocols.hide('b');
    await protocols.remove('b');
    expect(ids()).toEqual(['a', 'c']);
    expect(host.requests.at(-1)).toMatchObject({ method: 'DELETE', path: '/api/v1/protocols/b' });
  });

  test('that fails brings it back', async () => {
    const { host, protocols, ids } = await three();
    protocols.hide('b');
    host.answer = () => Promise.reject(new TypeError('Failed to fetch'));
    await expect(protocols.remove('b')).rejects.toMatchObject({ code: 'unreachable' });
    expect(ids()).toEqual(['a', 'b', 'c']);
  });

  test('is sent when the page is closed', async () => {
    const { host, protocols } = await three();
    protocols.hide('c');
    protocols.removeHidden();
    expect(host.requests.at(-1)).toMatchObject({ method: 'DELETE', keepalive: true });
  });
});

describe('an import', () => {
  /** A server with this file; an import replaces the protocols that it names. */
  function server(file: Record<string, object>) {
    const host = new FakeHost();
    const held = { file };
    host.answer = async ({ method, path, file: sent }) => {
      if (path.endsWith('/export')) return json(200, held.file);
      if (method === 'GET') return json(200, { items: [] });
      const taken = JSON.parse(await textOf(sent)) as Record<string, object>;
      held.file = path.includes('replace=true') ? taken : { ...held.file, ...taken };
      return json(200, { imported: Object.keys(taken).length, replaced: 0, warnings: [] });
    };
    return { protocols: new Protocols(new Api(host)), held };
  }
  /** jsdom's blobs have no `text()`. */
  const textOf = (file: Blob | undefined) =>
    new Promise<string>((resolve) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result as string);
      if (file) reader.readAsText(file);
    });
  const file = (content: object) => new Blob([JSON.stringify(content)]);

  test('can be undone: what it replaced and deleted is back, what it added is gone', async () => {
    const { protocols, held } = server({ tea: { name: 'Tea' }, dinner: {} });
    const { imported, undo } = await protocols.import(file({ tea: { name: 'Other' }, lunch: {} }), true);
    expect([imported, Object.keys(held.file)]).toEqual([2, ['tea', 'lunch']]);
    expect(await undo()).toBe(true);
    expect(held.file).toEqual({ tea: { name: 'Tea' }, dinner: {} });
  });

  test('is not undone over what others have changed since', async () => {
    const { protocols, held } = server({ tea: {} });
    const { undo } = await protocols.import(file({ lunch: {} }), false);
    held.file = { ...held.file, breakfast: {} };
    expect(await undo()).toBe(false);
    expect(Object.keys(held.file)).toEqual(['tea', 'lunch', 'breakfast']);
  });
});
