/** What a protocol's text takes in with each call, as `crates/core/src/message.rs` reads it. */

const PARTS = /\{\{|\{message\}|\{name\}/g;

/** The text as it is said. One that names neither `{message}` nor `{name}` is said as it stands. */
export function fill(text: string, message: string, name: string): string {
  if (!/\{(message|name)\}/.test(text)) return text;
  const parts: Record<string, string> = { '{{': '{', '{message}': message, '{name}': name };
  return text.replace(PARTS, (part) => parts[part] ?? part);
}

/** Whether the text says the message of a call. */
export const takesMessage = (text: string) =>
  [...text.matchAll(PARTS)].some(([part]) => part === '{message}');

/** Characters that a text takes in TwiML. */
export function twimlLength(text: string): number {
  const longer: Record<string, number> = { '&': 5, '<': 4, '>': 4, '"': 6, '\r': 5 };
  return [...text].reduce((sum, sign) => sum + (longer[sign] ?? 1), 0);
}
