/** The texts in use. English is the only language so far. */

import { en, type Texts } from './en';

export const texts: Texts = en;
