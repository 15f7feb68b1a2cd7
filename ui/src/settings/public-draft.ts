import type { PublicChoice } from '../owner-api';

export interface Draft {
  by: PublicChoice['by'];
  url: string;
  domain: string;
  /** Saved separately, and never shown again. */
  token: string;
}

export function draftOf(choice: PublicChoice | undefined): Draft {
  const url = choice?.by === 'forwarding' ? choice.url : '';
  const domain = (choice?.by === 'ngrok' && choice.domain) || '';
  return { by: choice?.by ?? 'none', url, domain, token: '' };
}

export function choiceOf({ by, url, domain }: Draft): PublicChoice {
  if (by === 'none') return { by };
  return by === 'forwarding' ? { by, url: url.trim() } : { by, domain: domain.trim() || null };
}

/** The token to save first, if any, and the choice, if it changed. */
export function stepsFrom(chosen: Draft, draft: Draft): { token?: string; choice?: PublicChoice } {
  const token = draft.by === 'ngrok' ? draft.token.trim() : '';
  const choice = choiceOf(draft);
  const another = JSON.stringify(choice) !== JSON.stringify(choiceOf(chosen));
  return { ...(token && { token }), ...(another && { choice }) };
}
