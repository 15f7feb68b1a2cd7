/** Placeholders in a protocol's text, read as in `crates/core/src/message.rs`. */

const PARTS = /\{\{|\{message\}|\{name\}/g;

/** The text as it is spoken. Without `{message}` and `{name}` nothing is replaced, not even `{{`. */
export function fill(text: string, message: string, name: string): string {
  if (!/\{(message|name)\}/.test(text)) return text;
  const parts: Record<string, string> = { '{{': '{', '{message}': message, '{name}': name };
  return text.replace(PARTS, (part) => parts[part] ?? part);
}

export const takesMessage = (text: string) =>
  [...text.matchAll(PARTS)].some(([part]) => part === '{message}');

export function twimlLength(text: string): number {
  const longer: Record<string, number> = { '&': 5, '<': 4, '>': 4, '"': 6, '\r': 5 };
  return [...text].reduce((sum, sign) => sum + (longer[sign] ?? 1), 0);
}
