/** The interface in English, by view. Its type is the type of every language. */

import { calls } from './en/calls';
import { dial } from './en/dial';
import { limits } from './en/limits';
import { money } from './en/money';
import { people } from './en/people';
import { problems } from './en/problems';
import { protocols } from './en/protocols';
import { server } from './en/server';
import { shell } from './en/shell';

export const en = {
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

export type Texts = typeof en;
