/** The interface in German. It addresses people as "du". */

import type { Texts } from './en';

import { calls } from './de/calls';
import { dial } from './de/dial';
import { limits } from './de/limits';
import { money } from './de/money';
import { people } from './de/people';
import { problems } from './de/problems';
import { protocols } from './de/protocols';
import { server } from './de/server';
import { shell } from './de/shell';

export const de: Texts = {
  ...shell,
  ...problems,
  ...dial,
  ...limits,
  ...money,
  ...people,
  ...server,
  ...calls,
  ...protocols,
};
