/** The owner's routes as functions, reachable only through the desktop window's bridge. */

import type { Api } from './api';
import type { components } from './owner-api-types';

type Schemas = components['schemas'];
export type Settings = Schemas['SettingsView'];
export type Verdict = Schemas['Verdict'];
export type TwilioCredentials = Schemas['TwilioCredentials'];
export type PusherCredentials = Schemas['PusherCredentials'];
export type PublicChoice = Schemas['PublicChoice'];
export type NgrokCredentials = Schemas['NgrokCredentials'];
export type NewPassword = Schemas['NewPassword'];
export type Holder = Schemas['HolderView'];
export type NewDevice = Schemas['NewDevice'];
export type Pairing = Schemas['PairingView'];
export type Limits = Schemas['Limits'];
export type Refusal = Schemas['RefusalView'];

const TWILIO = '/api/v1/credentials/twilio';
const DEVICES = '/api/v1/devices';
const REFUSALS = '/api/v1/refusals';
const PUSHER = '/api/v1/credentials/pusher';
const NGROK = '/api/v1/credentials/ngrok';

export class OwnerApi {
  constructor(private readonly api: Api) {}

  settings(): Promise<Settings> {
    return this.api.send<Settings>({ method: 'GET', path: '/api/v1/settings' });
  }

  limits(): Promise<Limits> {
    return this.api.send<Limits>({ method: 'GET', path: '/api/v1/limits' });
  }

  setLimits(limits: Limits): Promise<Limits> {
    return this.api.send<Limits>({ method: 'PUT', path: '/api/v1/limits', body: JSON.stringify(limits) });
  }

  chooseMode(mode: Settings['mode']): Promise<string> {
    return this.api.ask({ method: 'PUT', path: '/api/v1/settings/mode', body: JSON.stringify({ mode }) });
  }

  chooseRegion(region: string): Promise<string> {
    const body = JSON.stringify({ default_region: region });
    return this.api.ask({ method: 'PUT', path: '/api/v1/settings/region', body });
  }

  /** `null` keeps calls forever. */
  chooseKeepCalls(months: number | null): Promise<string> {
    const body = JSON.stringify({ keep_calls_months: months });
    return this.api.ask({ method: 'PUT', path: '/api/v1/settings/keep-calls', body });
  }

  keepTwilio(credentials: TwilioCredentials): Promise<string> {
    return this.api.ask({ method: 'PUT', path: TWILIO, body: JSON.stringify(credentials) });
  }

  /** Tests credentials before they are saved, or the saved ones. Calls nobody. */
  testTwilio(credentials?: TwilioCredentials): Promise<Verdict> {
    if (!credentials) return this.api.send<Verdict>({ method: 'POST', path: `${TWILIO}/test-kept` });
    const body = JSON.stringify(credentials);
    return this.api.send<Verdict>({ method: 'POST', path: `${TWILIO}/test`, body });
  }

  forgetTwilio(): Promise<string> {
    return this.api.ask({ method: 'DELETE', path: TWILIO });
  }

  keepPusher(credentials: PusherCredentials): Promise<string> {
    return this.api.ask({ method: 'PUT', path: PUSHER, body: JSON.stringify(credentials) });
  }

  testPusher(credentials: PusherCredentials): Promise<Verdict> {
    const body = JSON.stringify(credentials);
    return this.api.send<Verdict>({ method: 'POST', path: `${PUSHER}/test`, body });
  }

  forgetPusher(): Promise<string> {
    return this.api.ask({ method: 'DELETE', path: PUSHER });
  }

  chooseSharing(share: boolean, https: boolean): Promise<string> {
    const body = JSON.stringify({ share, https });
    return this.api.ask({ method: 'PUT', path: '/api/v1/settings/sharing', body });
  }

  choosePublicAddress(choice: PublicChoice): Promise<string> {
    const body = JSON.stringify(choice);
    return this.api.ask({ method: 'PUT', path: '/api/v1/settings/public-address', body });
  }

  keepNgrok(credentials: NgrokCredentials): Promise<string> {
    return this.api.ask({ method: 'PUT', path: NGROK, body: JSON.stringify(credentials) });
  }

  forgetNgrok(): Promise<string> {
    return this.api.ask({ method: 'DELETE', path: NGROK });
  }

  /** Sends a request like Twilio's to the public address and back in. Calls nobody. */
  testPublicAddress(): Promise<Verdict> {
    return this.api.send<Verdict>({ method: 'POST', path: '/api/v1/public-address/test' });
  }

  async sessions(): Promise<Holder[]> {
    return (await this.api.send<Schemas['SessionList']>({ method: 'GET', path: '/api/v1/sessions' })).items;
  }

  endSession(id: string): Promise<string> {
    return this.api.ask({ method: 'DELETE', path: `/api/v1/sessions/${id}` });
  }

  async devices(): Promise<Holder[]> {
    return (await this.api.send<Schemas['DeviceList']>({ method: 'GET', path: DEVICES })).items;
  }

  /** Creates a token for a program, which is returned only this once. */
  addDevice(name: string): Promise<NewDevice> {
    return this.api.send<NewDevice>({ method: 'POST', path: DEVICES, body: JSON.stringify({ name }) });
  }

  renameDevice(id: string, name: string): Promise<string> {
    const path = `${DEVICES}/${encodeURIComponent(id)}`;
    return this.api.ask({ method: 'PUT', path, body: JSON.stringify({ name }) });
  }

  revokeDevice(id: string): Promise<string> {
    return this.api.ask({ method: 'DELETE', path: `${DEVICES}/${id}` });
  }

  beginPairing(): Promise<Pairing> {
    return this.api.send<Pairing>({ method: 'POST', path: '/api/v1/pairings' });
  }

  async refusals(): Promise<Refusal[]> {
    return (await this.api.send<Schemas['RefusalList']>({ method: 'GET', path: REFUSALS })).items;
  }

  forgive(source: string): Promise<string> {
    return this.api.ask({ method: 'DELETE', path: `${REFUSALS}?${new URLSearchParams({ source })}` });
  }

  /** Lets a number whose owner pressed 9 be called again. Ask first. */
  forgetOptOut(number: string): Promise<string> {
    return this.api.ask({ method: 'DELETE', path: `/api/v1/opt-outs/${encodeURIComponent(number)}` });
  }

  /** Deletes calls requested before this local day; returns how many. */
  async deleteCalls(before: string): Promise<number> {
    const time_zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
    const path = `/api/v1/calls?${new URLSearchParams({ before, time_zone })}`;
    return (await this.api.send<Schemas['DeletedCalls']>({ method: 'DELETE', path })).deleted;
  }

  /** Deletes a call that the rules no longer count. */
  deleteCall(id: string): Promise<string> {
    return this.api.ask({ method: 'DELETE', path: `/api/v1/calls/${encodeURIComponent(id)}` });
  }

  renewPassword(): Promise<NewPassword> {
    return this.api.send<NewPassword>({ method: 'POST', path: '/api/v1/credentials/web-password' });
  }
}
