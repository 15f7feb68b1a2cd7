// Stands in for the desktop window's bridge. Requests about calls go to the real server.

/** For `page.addInitScript`. */
export function pretendDesktop(preferences) {
  const callbacks = new Map();
  const now = new Date().toISOString();
  const holder = (id, name) => ({ id, name, source: '192.168.1.7', created_at: now, seen_at: now });
  const refusals = [
    'wrong_password',
    'unknown_token',
    'wrong_code',
    'locked_out',
    'unknown_host',
    'cross_site',
    'forged_callback',
  ];
  const answers = {
    'GET /api/v1/settings': {
      mode: 'sandbox',
      mode_fixed: false,
      default_region: 'US',
      region_fixed: false,
      version: '0.1.0',
      data_dir: '/home/ada/.local/share/benspamsphones',
      lan_url: 'http://127.0.0.1:9001',
      network: {
        shared: true,
        shared_fixed: false,
        urls: ['https://192.168.1.7:9001', 'https://desk.local:9001'],
        https: true,
        https_fixed: false,
        fingerprint: 'AB:CD:EF:01',
        authority: 'pem',
      },
      webhook_url: 'http://127.0.0.1:9002',
      keep_calls_months: null,
      public_address: {
        choice: { by: 'forwarding', url: 'https://calls.example.com/' },
        fixed: false,
        state: 'forwarded',
        url: 'https://calls.example.com/',
        problem: null,
        help: null,
        ngrok_token: null,
      },
      attention: [
        { code: 'account_unusable', sentence: 'Your Twilio account could not be used.' },
        {
          code: 'backup_not_restored',
          sentence: 'The backup was not restored: there are calls in progress (1).',
        },
        { code: 'wishes_lost', sentence: 'Not everybody who is not to be called could be read.' },
        { code: 'calls_lost', sentence: 'Not all calls of the last weeks could be read.' },
        { code: 'access_lost', sentence: 'Not everybody who may come in could be read.' },
        { code: 'choices_lost', sentence: 'The choices could not be read.' },
        { code: 'certificate_replaced', sentence: 'The certificate was replaced.' },
      ],
      vault: {
        kind: 'keyring',
        ready: false,
        trouble: 'locked',
        problem: 'The keyring is locked.',
        help: 'Unlock it, then try again.',
      },
      twilio: { kept: true, source: null, account_sid: null, can_believe_callbacks: false },
      pusher: { source: null, app_id: null, key: null, cluster: null, host: null },
      web_user: { name: 'user', password_fixed: false },
    },
    'GET /api/v1/limits': {
      number_gap_min: 10,
      number_per_day: 3,
      calls_per_hour: 20,
      calls_at_once: 3,
      quiet_hours: { from: '21:00', until: '09:00' },
      countries: 'own',
      spend_per_day: '10',
      spend_per_month: '50',
    },
    'GET /api/v1/devices': { items: [holder('0199a0f0-0000-7000-8000-000000000001', 'Telefon')] },
    'GET /api/v1/sessions': { items: [holder('0199a0f0-0000-7000-8000-000000000002', 'Firefox, Linux')] },
    'GET /api/v1/refusals': {
      items: refusals.map((why, index) => ({
        source: `192.168.1.${index}`,
        why,
        count: index + 1,
        first_at: now,
        last_at: now,
        waits_s: index ? null : 30,
      })),
    },
    'POST /api/v1/public-address/test': {
      good: false,
      code: 'address_not_set_up',
      sentence: 'There is no public address.',
      next_step: 'Give both.',
    },
    'POST /api/v1/pairings': {
      code: 'abcdefgh23456789',
      url: 'https://192.168.1.7:9001/pair?code=abcdefgh23456789',
      qr_svg: '<svg xmlns="http://www.w3.org/2000/svg"/>',
      ways: ['https://192.168.1.7:9001', 'https://10.0.0.5:9001'].map((address) => ({
        address,
        url: `${address}/pair?code=abcdefgh23456789`,
        qr_svg: '<svg xmlns="http://www.w3.org/2000/svg"/>',
      })),
      shared: true,
      expires_at: now,
    },
  };
  window.__TAURI_INTERNALS__ = {
    transformCallback(callback) {
      const id = callbacks.size + 1;
      callbacks.set(id, callback);
      return id;
    },
    unregisterCallback: () => {},
    async invoke(command, { request, channel } = {}) {
      if (command === 'preferences') return preferences;
      if (command === 'start_state') return 'running';
      if (command === 'desktop')
        return { version: '0.1.0', data_dir: '/home/ada', lan_url: null, tray: true, autostart: false };
      if (command === 'live') callbacks.get(channel.id)?.({ message: { type: 'open' }, index: 0 });
      if (command !== 'api') return null;
      const known = answers[`${request.method} ${request.path}`];
      if (known) return { status: 200, text: JSON.stringify(known) };
      const body = request.body === null ? undefined : request.body;
      const headers = { 'content-type': 'application/json', ...request.headers };
      const answer = await fetch(request.path, { method: request.method, body, headers });
      return { status: answer.status, text: await answer.text() };
    },
  };
}
