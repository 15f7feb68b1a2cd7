/** Texts of what goes wrong. */

export const problems = {
  problems: {
    unreachable: 'The switchboard does not answer',
    unreachableHelp:
      'Is it still running, and is this device on the same network? Try again once it is back.',
    unreachableDial:
      'It is not known whether the call was placed. Press Call again: the same call is never placed twice.',
    strange: 'The answer made no sense',
    strangeHelp: (status: number) =>
      `HTTP ${status} came back. Reload this page; if it stays so, see the program’s log.`,
    signedOut: 'You are not signed in any more',
    signedOutHelp: 'Reload this page and sign in again.',
    explained: (code: number) => `What Twilio says about ${code}`,
    again: 'Try again',
    dismiss: 'Dismiss',
  },
};
