/** Texts of what stands around every view. */

export const shell = {
  product: 'BenSpamsPhones',
  places: { dial: 'Dial', calls: 'Calls', protocols: 'Protocols', people: 'People', settings: 'Settings' },
  navigation: 'Places',
  apiPage: 'API',
  find: 'Find',
  skip: 'Skip to the content',
  palette: {
    open: 'Find anything',
    title: 'Find anything',
    placeholder: 'A place, a protocol, a number …',
    nothing: 'Nothing matches that.',
    go: 'Go to',
    dialWith: 'Dial with',
    number: 'Number',
    ring: (number: string) => `Put ${number} on the dial`,
    live: 'Live calls',
    hangUp: (to: string) => `Hang up ${to}`,
    newProtocol: 'Write a new protocol',
    newPerson: 'Add a person',
    ctrl: 'Ctrl',
  },
  question: { no: 'No', leave: 'Leave', yes: 'Yes' },
  countdown: {
    title: (name: string) => `About to ring ${name}`,
    plays: (protocol: string, from: string) => `${protocol}, from ${from}`,
    seconds: (left: number) => (left === 1 ? 'in one second' : `in ${left} seconds`),
    now: 'Ring now',
    cancel: 'Cancel',
  },
  mode: {
    sandbox: 'Sandbox.',
    sandboxSays: 'Calls are simulated here; nobody’s phone rings.',
    live: 'Live.',
    liveSays: 'Phones ring, and Twilio charges for it.',
  },
  connection: {
    connecting: 'connecting',
    live: 'live',
    pusher: 'live, by Pusher',
    withoutPusher: 'live, without Pusher',
    reconnecting: (since: string) => `stale since ${since}, reconnecting`,
    back: 'Live again.',
    fallen: {
      unreachable:
        'Pusher can’t be reached from here. Live updates come from the switchboard itself until it can.',
      refused: 'Pusher lets nobody listen there. Live updates come from the switchboard itself.',
      not_set_up:
        'The switchboard has no Pusher app any more. Live updates come from the switchboard itself.',
    },
  },
  toasts: 'Messages',
  loading: 'Loading',
};
