/** The owner's routes as functions: the window's bridge alone leads to them. */

import type { Api } from './api';
import type { components } from './owner-api-types';

type Schemas = components['schemas'];
export type Settings = Schemas['SettingsView'];
export type Verdict = Schemas['Verdict'];
export type TwilioCredentials = Schemas['TwilioCredentials'];
export type PusherCredentials = Schemas['PusherCredentials'];
export type NewPassword = Schemas['NewPassword'];

const TWILIO = '/api/v1/credentials/twilio';
const PUSHER = '/api/v1/credentials/pusher';

export class OwnerApi {
  constructor(private readonly api: Api) {}

  settings(): Promise<Settings> {
    return this.api.send<Settings>({ method: 'GET', path: '/api/v1/settings' });
  }

  chooseMode(mode: Settings['mode']): Promise<string> {
    return this.api.ask({ method: 'PUT', path: '/api/v1/settings/mode', body: JSON.stringify({ mode }) });
  }

  chooseRegion(region: string): Promise<string> {
    const body = JSON.stringify({ default_region: region });
    return this.api.ask({ method: 'PUT', path: '/api/v1/settings/region', body });
  }

  keepTwilio(credentials: TwilioCredentials): Promise<string> {
    return this.api.ask({ method: 'PUT', path: TWILIO, body: JSON.stringify(credentials) });
  }

  /** Tries credentials before they are kept, or those that are kept. Nobody is rung. */
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

  renewPassword(): Promise<NewPassword> {
    return this.api.send<NewPassword>({ method: 'POST', path: '/api/v1/credentials/web-password' });
  }
}
