export const problems = {
  problems: {
    unreachable: 'Can’t reach the switchboard',
    unreachableHelp: 'Check that it’s running and that this device is on the same network, then try again.',
    unreachableDial:
      'We don’t know whether the call was placed. You can safely press Call once more; it won’t ring twice.',
    strange: 'Unexpected answer',
    strangeHelp: (status: number) =>
      `The switchboard answered with HTTP ${status}. Reload this page; if that doesn’t help, check the program’s log.`,
    signedOut: 'You’ve been signed out',
    signedOutHelp: 'Reload this page and sign in again.',
    explained: (code: number) => `Twilio’s help on ${code}`,
    again: 'Try again',
    dismiss: 'Dismiss',
    notDone: 'That didn’t work',
  },
};
