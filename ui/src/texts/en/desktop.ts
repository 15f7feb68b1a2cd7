/** Texts that only the desktop's window shows. */

export const desktop = {
  starting: 'Starting…',
  keyring: 'Waiting for the keyring. It may be asking for its password in another window.',
  revived: 'The page had stopped working and was loaded again. Your calls went on.',
  tryAgain: 'Try again',
};
