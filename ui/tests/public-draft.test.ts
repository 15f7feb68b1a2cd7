import { expect, test } from 'vitest';

import { choiceOf, draftOf, stepsFrom } from '../src/settings/public-draft';

const none = draftOf({ by: 'none' });

test('what was chosen is what is written, and back again', () => {
  for (const choice of [
    { by: 'none' },
    { by: 'forwarding', url: 'https://calls.example.com/' },
    { by: 'ngrok', domain: 'calls.ngrok.app' },
    { by: 'ngrok', domain: null },
  ] as const)
    expect(choiceOf(draftOf(choice))).toEqual(choice);
});

test('going to ngrok keeps the token first, and then chooses', () => {
  const draft = { ...none, by: 'ngrok' as const, domain: ' ', token: ' 2abc ' };
  expect(stepsFrom(none, draft)).toEqual({ token: '2abc', choice: { by: 'ngrok', domain: null } });
});

test('another token alone is not another choice: each takes a new start of the server', () => {
  const ngrok = draftOf({ by: 'ngrok', domain: 'calls.ngrok.app' });
  expect(stepsFrom(ngrok, { ...ngrok, token: '2abc' })).toEqual({ token: '2abc' });
  expect(stepsFrom(ngrok, ngrok)).toEqual({});
});

test('a token that was typed before changing one’s mind goes nowhere', () => {
  const draft = { by: 'forwarding' as const, url: 'https://calls.example.com', domain: '', token: '2abc' };
  expect(stepsFrom(none, draft)).toEqual({
    choice: { by: 'forwarding', url: 'https://calls.example.com' },
  });
});
