/** Texts of the dial. */

export const dial = {
  dial: {
    title: 'Who should we ring?',
    plays: 'What plays',
    number: 'Number',
    recent: 'Recent',
    recentUse: (number: string) => `Use ${number}`,
    matching: 'Recent numbers and people',
    call: 'Call',
    calling: 'Calling',
    enterKey: 'Enter',
    enter: 'calls',
    find: 'searches',
    anyCountry: 'Country',
    noProtocols: 'Nothing to play yet',
    noProtocolsHelp: 'A protocol is a number to call from and what the person will hear.',
    noProtocolsAction: 'Create a protocol',
    needsNumber: 'Enter a number to call.',
  },
  number: {
    looksRight: 'Valid number',
    blocked: 'Blocked: can’t be called',
    tooShort: 'Too short',
    tooLong: 'Too long',
    unknownCountry: 'Unknown country code',
    notANumber: 'Not a phone number',
    wrongLength: 'Wrong number of digits for this country',
    help: (country: string) =>
      `Without +, we assume ${country === 'United States' ? 'a US number' : `a number in ${country}`}.`,
  },
  quick: {
    title: 'Quick dial',
    ring: 'Call',
    with: 'with',
    pin: 'Pin to quick dial',
    pinned: (name: string) => `Added ${name} to quick dial.`,
    change: 'Change',
    done: 'Done',
    remove: (name: string, protocol: string) => `Remove ${name} with ${protocol} from quick dial`,
  },
  welcome: {
    title: 'Welcome to your switchboard',
    lead: 'No phone rings yet. Call +1\u00a0500\u00a0555\u00a00100 to see how a call goes. When you’re ready:',
    steps: [
      { title: 'Get a Twilio account', text: 'with a phone number to call from.' },
      {
        title: 'Connect your Twilio account',
        text: 'Its SID and token stay in this computer’s keyring.',
      },
      { title: 'Make real calls', text: 'Phones ring, and your number is shown.' },
    ],
    open: 'Sign up at Twilio',
    settings: 'Open Settings',
    browser: 'Connect it in the desktop app’s Settings, or run',
    dismiss: 'Got it',
  },
};
