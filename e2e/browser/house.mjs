import { silence } from './sound.mjs';
import { startSwitchboard } from './switchboard.mjs';

export async function startHouse(words = {}) {
  const { label = 'mobile', note = 'asked not to be called', sound = 'Dinner bell' } = words;
  const switchboard = await startSwitchboard({ speed: 1 });
  const { ask } = switchboard;
  await switchboard.placeCall('protocol1', '+15005550002');
  await switchboard.placeCall('dinner', '+15005550110');
  await ask('POST', '/api/v1/people', { name: 'Ada Lovelace', numbers: [{ number: '+15005550100', label }] });
  const charles = { name: 'Charles Babbage', may_call: false, numbers: [{ number: '+4930901820' }] };
  await ask('POST', '/api/v1/people', charles);
  await ask('PUT', '/api/v1/blocked-numbers/+15005550119', { note });
  await ask('POST', '/api/v1/sounds', { name: sound, audio: silence().toString('base64') });
  const paid = await switchboard.placeCall('dinner', '+15005550100');
  await switchboard.askUntil(`/api/v1/calls/${paid.id}`, (call) => call.price);
  await ask('PUT', '/api/v1/quick-dials', { items: [{ protocol: 'dinner', number: '+15005550100' }] });
  return switchboard;
}
