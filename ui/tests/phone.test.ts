import { expect, test } from 'vitest';

import { read } from '../src/phone';

test('an extension is read as the switchboard reads it', () => {
  for (const [typed, whole] of [
    ['+1 415 867 5309', '+14158675309'],
    ['(415) 867-5309 x 12', '+14158675309;ext=12'],
    ['+1 415 867 5309;ext=12', '+14158675309;ext=12'],
    ['+1 415 867 5309,,82044#', '+14158675309,,82044#'],
    ['+1 415 867 5309,9', '+14158675309,9'],
    ['+1 415 867 5309,,1,2*3', '+14158675309,,1,2*3'],
  ] as const) {
    expect(read(typed, 'US'), typed).toMatchObject({ e164: '+14158675309', whole });
  }
  for (const typed of ['+1 415 867 5309,', '+1 415 867 5309,,a', ',9'])
    expect(read(typed, 'US').whole, typed).toBeUndefined();
});
