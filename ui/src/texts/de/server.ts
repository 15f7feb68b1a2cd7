/** What the server says, in German. */

import type { Call } from '../../api';
import type { FailureReason, ServerWords } from '../server-words';
import { problemWords, sipWords, twilioWords } from './later.svelte';

/** SIP "Temporarily Unavailable": the phone wasn't answered, but Twilio's status is `failed`. */
const TEMPORARILY_UNAVAILABLE = 480;

const failures: Record<FailureReason, string> = {
  unreachable:
    'Twilio war nicht zu erreichen, also ging nichts hinaus. Prüfe die Verbindung zum Internet und versuch es dann wieder.',
  not_twilio:
    'Zwischen hier und Twilio antwortete etwas an Twilios Stelle, also wurde nicht gewählt. Prüfe den Proxy oder die Firewall dazwischen, ob dieses Netz erst eine Anmeldung will, und Twilios Adresse.',
  no_record:
    'Twilio weiß nichts von diesem Anruf, also hat kein Telefon geklingelt. Du kannst noch einmal anrufen.',
  forgotten: 'Twilio kennt diesen Anruf nicht mehr; wie er ausging, lässt sich nicht sagen.',
  sandbox_closed: 'Die Sandbox wurde geschlossen, während dieser Anruf lief.',
  no_longer_willing:
    'Während dieser Anruf wartete, wurde die Nummer gesperrt, oder man wollte dort nicht mehr angerufen werden. Es hat bei niemandem geklingelt.',
  no_longer_allowed:
    'Während dieser Anruf wartete, wurde es dort Nacht, oder das Land steht nicht mehr auf der Liste. Es hat bei niemandem geklingelt.',
  document_no_longer_allowed:
    'Während dieser Anruf wartete, wurde eine Nummer gesperrt, mit der er verbunden hätte, oder sein TwiML war nicht mehr erlaubt. Es hat bei niemandem geklingelt.',
  waited_too_long:
    'Dieser Anruf hat zu lange gewartet, vielleicht weil der Computer schlief. Es hat bei niemandem geklingelt. Du kannst noch einmal anrufen.',
  stopped:
    'Das Programm konnte mit diesem Anruf nicht weitermachen, als er an der Reihe war. Es hat bei niemandem geklingelt. Du kannst noch einmal anrufen.',
};

export const server: { server: ServerWords | undefined } = {
  server: {
    problems: problemWords,
    otherProblem: 'Das hat nicht geklappt',
    twilio: twilioWords,
    failures,
    sip: sipWords,
    summary,
  },
};

function summary(call: Call, lasted: string | undefined): string | undefined {
  switch (call.status) {
    case 'requested':
      return 'Twilio wird gebeten zu wählen.';
    case 'unknown':
      return 'Twilio hat nicht geantwortet; ob es klingelt, wird noch geprüft.';
    case 'queued':
      return 'Wartet bei Twilio, bis er dran ist.';
    case 'initiated':
      return 'Wird gewählt.';
    case 'ringing':
      return 'Es klingelt.';
    case 'in-progress':
      return `${answer(call)}.`;
    case 'completed':
      return lasted === undefined
        ? `${answer(call)}; der Anruf ist vorbei.`
        : `${answer(call)}; der Anruf dauerte ${lasted}.`;
    case 'busy':
      return 'Es war besetzt.';
    case 'no-answer':
      return 'Niemand hat abgehoben.';
    case 'canceled':
      // Was nie hinausging, hat einen Grund.
      return call.failure ? failed(call) : 'Aufgelegt, bevor jemand abhob.';
    case 'failed':
      return failed(call);
  }
}

function failed({ failure, sip_response_code }: Call): string | undefined {
  if (!failure) {
    if (sip_response_code === TEMPORARILY_UNAVAILABLE) return 'Niemand war zu erreichen.';
    const meaning = sip_response_code == null ? undefined : sipWords(sip_response_code);
    return meaning
      ? `Der Anruf kam nicht zustande: ${meaning} (SIP\u00a0${sip_response_code}).`
      : 'Der Anruf kam nicht zustande.';
  }
  if (failure.reason) return failures[failure.reason];
  return failure.code == null ? undefined : twilioWords(failure.code);
}

function answer({ answered_by: by, acknowledge_requested, acknowledged_at, ended }: Call): string {
  if (by === 'fax') return 'Ein Faxgerät hat abgehoben';
  if (by?.startsWith('machine')) return 'Ein Anrufbeantworter hat abgehoben';
  if (acknowledged_at) return 'Bestätigt';
  if (acknowledge_requested && ended) return 'Abgehoben, aber nicht bestätigt';
  if (by === 'human') return 'Ein Mensch hat abgehoben';
  return 'Es wurde abgehoben';
}
