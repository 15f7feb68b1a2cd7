/** Texts that only the desktop's window shows. */

export const desktop = {
  starting: 'Starting…',
  keyring: 'Waiting for the keyring. It may be asking for its password in another window.',
  revived: 'The page had stopped working and was loaded again. Your calls went on.',
  sidFault: 'An account SID is AC and 32 letters and digits.',
  keepAnyway: 'Connect anyway',
  keptUntested: 'Saved, but not tested with Twilio yet.',
  connectFirst: 'Connect a Twilio account first, below.',
  tryAgain: 'Try again',
};
