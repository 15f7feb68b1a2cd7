/** A protocol's text and a call's message, as in the tests of `crates/core/src/message.rs`. */

import { expect, test } from 'vitest';

import { fill, takesMessage, twimlLength } from '../src/say-text';

const filled = (text: string) => fill(text, 'disk <full>', 'Ada');

test('a text without placeholders is said as it stands', () => {
  for (const text of ['{{ a }}', '{', '}', '{msg} {Message} { message } {{mess}}', '{{name', 'a {} b']) {
    expect(filled(text)).toBe(text);
  }
});

test('placeholders are filled in, and two braces are one', () => {
  for (const [text, said] of [
    ['Hello {name}: {message}.', 'Hello Ada: disk <full>.'],
    ['{{message} is {message}', '{message} is disk <full>'],
    ['{{{message}}', '{disk <full>}'],
    ['{{{{name}', '{{name}'],
    ['{{message}} {x} { {name}', '{message}} {x} { Ada'],
  ] as const) {
    expect(filled(text)).toBe(said);
  }
  // What was filled in isn't parsed again.
  expect(fill('{message}', '{name} {{', 'Ada')).toBe('{name} {{');
});

test('only a text with {message} takes a message', () => {
  expect(takesMessage('Hi {message}')).toBe(true);
  expect(takesMessage('{{{message}')).toBe(true);
  for (const text of ['{{message}', 'Hi {name}', 'message', '']) expect(takesMessage(text)).toBe(false);
});

test('markup takes more room', () => {
  expect(twimlLength('a&<>"\r\u{1f6a8}')).toBe(1 + 5 + 4 + 4 + 6 + 5 + 1);
});
