/** Parses and formats phone numbers. Loaded on demand, since it contains the world's numbering plans. */

import {
  AsYouType,
  getCountries,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
  type CountryCode,
} from 'libphonenumber-js/min';

import { byLocale, locale, texts } from './texts';

export interface Reading {
  text: string;
  country: string | undefined;
  countryName: string | undefined;
  /** Set once the number is possible. */
  e164: string | undefined;
  /** The same with its extension. The switchboard calls exactly this: it refuses a text that it reads differently. */
  whole: string | undefined;
  /** What is wrong, in words; `undefined` for an empty or possible number. */
  fault: string | undefined;
}

const names = byLocale((locale) => new Intl.DisplayNames(locale, { type: 'region' }));

export function countryName(code: string): string {
  try {
    return names().of(code) ?? code;
  } catch {
    return code;
  }
}

export function read(typed: string, region: string): Reading {
  const country = region as CountryCode;
  const formatter = new AsYouType(country);
  const text = formatter.input(typed.replace(/[^\d+*#a-zA-Z]/g, ''));
  const code = formatter.getCountry() ?? (typed.trim().startsWith('+') ? undefined : region);
  // Letters and keys are an extension or can't be formatted; digits of other scripts stay as typed.
  const asTyped = /[^\d\s+()./-]/.test(typed);
  const base = {
    text: asTyped ? typed : text,
    country: code,
    countryName: code && countryName(code),
  };
  const none = { e164: undefined, whole: undefined };
  if (!/\S/.test(typed)) return { ...base, ...none, text: '', fault: undefined };
  // A code for the phone's own network (*227) is not a number.
  const isCode = /^\s*[*#]/.test(typed);
  // Commas are pauses and, like the keys, part of the extension.
  const [, line = typed, keys = ''] = /^([^,;]+?)\s*(,[\d*#,]*[\d*#])\s*$/.exec(typed) ?? [];
  const number = isCode
    ? undefined
    : parsePhoneNumberFromString(line, { defaultCountry: country, extract: false });
  if (number?.isPossible()) {
    const extension = keys || (number.ext ? `;ext=${number.ext}` : '');
    return { ...base, e164: number.number, whole: number.number + extension, fault: undefined };
  }
  return { ...base, ...none, fault: faultOf(typed, country) };
}

export function countries(): { code: string; name: string }[] {
  return getCountries()
    .map((code) => ({ code, name: countryName(code) }))
    .sort((one, other) => one.name.localeCompare(other.name, locale));
}

export function pretty(e164: string): string {
  return parsePhoneNumberFromString(e164)?.formatInternational() ?? e164;
}

function faultOf(typed: string, region: CountryCode): string {
  if (/[a-zA-Z*#]/.test(typed)) return texts.number.notANumber;
  switch (validatePhoneNumberLength(typed, region)) {
    case 'TOO_SHORT':
      return texts.number.tooShort;
    case 'TOO_LONG':
      return texts.number.tooLong;
    case 'INVALID_COUNTRY':
      return typed.trim().length < 4 ? texts.number.tooShort : texts.number.unknownCountry;
    case 'INVALID_LENGTH':
      return texts.number.wrongLength;
    case 'NOT_A_NUMBER':
    case undefined:
      return typed.replace(/\D/g, '').length < 3 ? texts.number.tooShort : texts.number.notANumber;
  }
}
