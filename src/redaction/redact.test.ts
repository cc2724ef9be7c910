import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactArgv, redactHeaders, redactText, redactValue } from './redact.ts';

const canary = 'cAn4ry-9fK2xQ7w';
/** Where the form allows letters and digits only. */
const plain = 'cAn4ry9fK2xQ7wZt3Lm8';

/** Every form a secret has been met in; each must lose the canary wherever it stands in a text. */
const forms: Readonly<Record<string, (secret: string) => string>> = {
  'user information of a URL': (s) => `https://user:${s}@proxy.example.com:3128/x`,
  'a URL with the secret as user': (s) => `https://${s}@sentry.example.com/42`,
  'a database URL': (s) => `postgres://app:${s}@db1/app?sslmode=require`,
  'a query parameter': (s) => `https://api.example.com/v1?site=eu&api_key=${s}&x=1`,
  'a first query parameter': (s) => `/v1/series?token=${s}`,
  'a key of a map service': (s) => `https://maps.example.com/?key=${s}`,
  'a signature of a shared URL': (s) => `https://x.example.com/o?sv=2020&sig=${s}&se=2`,
  'an Authorization header': (s) => `Authorization: Bearer ${s}`,
  'an Authorization header without a space': (s) => `authorization:Bearer ${s}`,
  'an unknown scheme': (s) => `Authorization: Custom a=b, key=${s}`,
  'a Proxy-Authorization header': (s) => `Proxy-Authorization: Basic ${s}`,
  'a Cookie header': (s) => `Cookie: theme=dark; sid=${s}; lang=en`,
  'a Set-Cookie header': (s) => `Set-Cookie: JSESSIONID=${s}; Path=/; Secure`,
  'an X-Api-Key header': (s) => `X-Api-Key: ${s}`,
  'a DD-API-KEY header': (s) => `DD-API-KEY: ${s}`,
  'a header in a curl command': (s) => `curl -sS -H "Authorization: Bearer ${s}" https://example.com/`,
  'a user in a curl command': (s) => `curl -u admin:${s} https://example.com/`,
  'the Uptrack access key': (s) => `[Auth]\naccesskey = ${s}\n\n[Network]\nhttps_proxy = None`,
  'an INI password': (s) => `password = ${s}`,
  'an INI password with spaces': (s) => `password = two ${s} words`,
  'a commented INI password': (s) => `# password=${s}`,
  'an environment variable': (s) => `DB_PASSWORD=${s}`,
  'an exported variable': (s) => `export DD_API_KEY="${s}"`,
  'a variable of a unit': (s) => `Environment=HOME=/root DB_PASS=${s} LANG=C`,
  'a quoted variable of a unit': (s) => `Environment="DB_PASSWORD=a ${s}" "LANG=C"`,
  'a YAML password': (s) => `  password: ${s}`,
  'a quoted YAML password': (s) => `db:\n  passwd: '${s}'\n`,
  'a YAML block': (s) => `client_secret: |\n  first\n  ${s}\nnext: 1`,
  'a YAML list': (s) => `tokens:\n  - one\n  - ${s}\nnext: 1`,
  'a YAML flow map': (s) => `{user: a, password: ${s}, host: b}`,
  'a Kubernetes variable': (s) => `- name: DB_PASSWORD\n  value: ${s}`,
  'a JSON variable': (s) => `{"name":"API_TOKEN","value":"${s}"}`,
  'a JSON member': (s) => `{"user":"a","password":"${s}","port":1}`,
  'a JSON member with an escaped quote': (s) => `{"password":"a\\"${s}","port":1}`,
  'a JSON list': (s) => `{"secrets": ["a", "${s}"]}`,
  'JSON inside JSON': (s) => `{"log":"{\\"accessToken\\":\\"${s}\\",\\"n\\":1}"}`,
  'a Python dictionary': (s) => `{'api_key': '${s}', 'n': 1}`,
  'a Go or HCL assignment': (s) => `secret_key := "${s}"`,
  'a Ruby hash': (s) => `:password => "${s}"`,
  'a camelCase name': (s) => `clientSecret=${s}`,
  'an upper-case name': (s) => `SPLUNK_HEC_TOKEN=${s}`,
  'Splunk’s shared secret': (s) => `pass4SymmKey = ${s}`,
  'a name with dots': (s) => `spring.datasource.password=${s}`,
  'a connection string': (s) => `Server=db;User Id=a;Password=${s};Timeout=5`,
  'a storage account': (s) => `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${s};EndpointSuffix=y`,
  'a libpq string': (s) => `host=db user=app password=${s} sslmode=require`,
  'a URL-encoded body': (s) => `grant_type=password&client_secret=${s}&scope=a`,
  'an encoded pair': (s) => `body=password%3D${s}`,
  'an XML element': (s) => `<password>${s}</password>`,
  'an XML entry': (s) => `<entry key="db.password">${s}</entry>`,
  'an XML attribute': (s) => `<user name="a" password="${s}"/>`,
  'an XML name and value': (s) => `<add key="ApiToken" value="${s}"/>`,
  'a long option': (s) => `/usr/bin/tool --password ${s} --verbose`,
  'a long option with a sign': (s) => `tool --db-password=${s} run`,
  'a quoted option': (s) => `tool --token "${s} x" run`,
  'an option in a list': (s) => `ExecStart=["tool", "--secret", "${s}"]`,
  'a mysql password': (s) => `mysql -uroot -p${s} -e "select 1"`,
  sshpass: (s) => `sshpass -p ${s} ssh host`,
  'a keytool password': (s) => `keytool -list -storepass ${s} -keystore x`,
  'an openssl source': (s) => `openssl pkcs12 -passin pass:${s} -in x`,
  'a sqlplus login': (s) => `sqlplus system/${s}@orcl`,
  'a name with a space': (s) => `Access key: ${s}`,
  'a PEM key': (s) => `-----BEGIN RSA PRIVATE KEY-----\nMII${s}\nabc=\n-----END RSA PRIVATE KEY-----`,
  'a PEM key with an escape': (s) => `{"k":"-----BEGIN PRIVATE KEY-----\\nMII${s}\\n-----END PRIVATE KEY-----\\n"}`,
  'a PEM key cut off': (s) => `-----BEGIN EC PRIVATE KEY-----\nMII${s}`,
  'an OpenSSH key': (s) => `-----BEGIN OPENSSH PRIVATE KEY-----\nb3B${s}\n-----END OPENSSH PRIVATE KEY-----`,
};

/** Secrets that are known by their own shape. */
const shapes: Readonly<Record<string, string>> = {
  'a JSON Web Token': `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${plain}`,
  'an AWS key id': 'AKIAIOSFODNN7EXAMPLE',
  'a GitHub token': `ghp_${plain}${plain}`,
  'a GitHub fine-grained token': `github_pat_${plain}_${plain}`,
  'a GitLab token': `glpat-${plain}`,
  'a Slack token': `xoxb-123456789012-${plain}`,
  'a Google key': `AIza${plain}${plain}`,
  'a Vault token': `hvs.${plain}${plain}`,
  'a Datadog application key': `ddapp_${plain}${plain}`,
  'a password hash': `$6$rounds=5000$salt$${plain}`,
};

const surroundings = [
  (text: string) => text,
  (text: string) => `before\n${text}\nafter`,
  (text: string) => `${'x'.repeat(500)}\n${text}`,
  (text: string) => `é 💥 ${'\u0000'}\n${text}\n\u2028 end`,
] as const;

describe('secrets', () => {
  test.each(Object.entries(forms))('%s loses its secret', (_what, form) => {
    for (const secret of [canary, plain, `p@ss;${canary}`]) {
      for (const around of surroundings) expect(redactText(around(form(secret)))).not.toContain(secret.slice(-14));
    }
  });

  test.each(Object.entries(shapes))('%s is known by its shape', (_what, secret) => {
    for (const around of surroundings) expect(redactText(around(`see ${secret} there`))).not.toContain(secret);
  });

  test('any secret in any form among any other forms is taken out', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9!@%^*+~_-]{8,40}[A-Za-z0-9]$/).filter((s) => /\d/.test(s) && /[a-z]/.test(s));
    const form = fc.constantFrom(...Object.values(forms));
    const noise = fc.constantFrom('', 'kernel 5.15.0\n', '[a]\n', '{"x": 1}\n', "it's\n", '"quoted"\n', '# note\n');
    fc.assert(
      fc.property(secret, form, form, noise, (planted, one, other, between) => {
        const text = `${one(planted)}\n${between}${other(planted)}\n`;
        expect(redactText(text)).not.toContain(planted);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a name by itself is enough, whatever else the text holds', () => {
    const names = [
      'password',
      'DB_PASS',
      'user.pwd',
      'psk',
      'accessToken',
      'set_cookie',
      'jwt',
      'bearer',
      'totp',
      'PHPSESSID',
      'xsrf',
      'csrf',
    ];
    for (const name of names) expect(redactText(`${name}: ${plain}`), name).not.toContain(plain);
    for (const name of ['key', 'sig', 'signature', 'code', 'auth', 'sid', 'hmac', 'access']) {
      expect(redactText(`?${name}=${plain}`), name).not.toContain(plain);
    }
  });

  test('a key whose beginning was cut off is taken out', () => {
    const text = `MIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n${plain}\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nMIIB`;
    expect(redactText(text)).not.toContain(plain);
    expect(redactText(text)).toContain('-----BEGIN CERTIFICATE-----\nMIIB');
  });

  test('arguments lose what their options say is secret', () => {
    expect(redactArgv(['/usr/bin/tool', '--password', canary, '--port', '80', `--api-key=${canary}`, 'x'])).toEqual([
      '/usr/bin/tool',
      '--password',
      '[redacted]',
      '--port',
      '80',
      '--api-key=[redacted]',
      'x',
    ]);
    expect(redactArgv(['mysql', `-p${canary}`])).toEqual(['mysql', '-p[redacted]']);
    expect(redactArgv(['anything', `-p${canary}`])).toEqual(['anything', '-p[redacted]']);
    expect(redactArgv(['curl', '-u', `me:${canary}`, 'https://x'])).toEqual(['curl', '-u', '[redacted]', 'https://x']);
    expect(redactArgv(['sqlplus', `system/${canary}@orcl`])).toEqual(['sqlplus', 'system/[redacted]@orcl']);
    expect(redactArgv(['java', `-Dspring.datasource.password=${canary}`]).join(' ')).not.toContain(canary);
    expect(redactArgv(['sh', '-c', `TOKEN=${canary} run`]).join(' ')).not.toContain(canary);
  });

  test('headers lose their secret values and keep the others', () => {
    const headers = redactHeaders({
      authorization: `Bearer ${canary}`,
      'x-api-key': canary,
      accept: 'text/html',
      location: `https://a/?token=${canary}`,
    });
    expect(JSON.stringify(headers)).not.toContain(canary);
    expect(headers.accept).toBe('text/html');
  });
});

describe('what is no secret', () => {
  test.each([
    'Effective kernel version is 5.15.0-206.153.7.1.el9uek',
    '[3ndlqsla] CVE-2024-26581: Privilege escalation in netfilter.',
    '[1nwxqz5g] Known exploit detection.',
    'sha256:db210c1d443a5106f1d7a940ba8ad048d6b048e4dacd579682f3cf03abd5e59c',
    'db210c1d443a5106f1d7a940ba8ad048d6b048e4dacd579682f3cf03abd5e59c  /boot/vmlinuz',
    'fingerprint=SHA1:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD',
    'machine-id 4c4c4544004b3510805ac4c04f4a3232',
    'ocid1.instance.oc1.eu-frankfurt-1.antheljtqo4ecaiaxyz1234567890',
    'passwd\t1:4.13+dfsg1-1+deb12u1\tamd64',
    'libsecret-1-0:amd64 0.20.5-3',
    'passwd-0.80-4.el8.x86_64',
    'passwd:         files systemd',
    'hosts:          files dns [NOTFOUND=return]',
    'LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nMainPID=812\nNRestarts=0\nPassCredentials=no\nPassSecurity=no',
    'PasswordAuthentication yes',
    'password_file: /run/secrets/db',
    'secretName: db-credentials-tls',
    'tls_private_key_path = /etc/pki/tls/private/localhost.key',
    'ssl_certificate_key /etc/nginx/ssl/site.key;',
    'ExecStart=/usr/sbin/nginx -g "daemon on; master_process on;"',
    'subject=CN = api.example.com, O = Example, serial 04:AB',
    'https://api.example.com:8443/health?site=eu&email=a@b.example',
    'nameserver 10.0.0.2\noptions timeout:1 attempts:2',
    'API Key valid',
    'Basic authentication is required',
    '-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUJ\n-----END CERTIFICATE-----',
    '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0 host',
    'tar: -pxf',
    'Tokens per second: 5',
    'max_tokens = 5',
  ])('%s stays as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('ordinary arguments stay as they are', () => {
    const argv = ['systemctl', 'show', '-p', 'Id', '--property=ActiveState', '--no-pager', 'sshd.service'];
    expect(redactArgv(argv)).toEqual(argv);
    expect(redactArgv(['ssh', '-p22', 'host'])).toEqual(['ssh', '-p22', 'host']);
  });

  test('hostile text takes time in proportion to its length', () => {
    const units = [
      'a',
      'eyJ-',
      'password=',
      'curl ',
      '"',
      '\\',
      'x-',
      'https://',
      ' ',
      '-----BEGIN PRIVATE KEY-----',
      'name: ',
      '<a ',
      'a:b@',
    ];
    const spentMs = (text: string): number => {
      const begun = performance.now();
      redactText(text);
      return performance.now() - begun;
    };
    for (const unit of units) {
      const [short, long] = [75_000, 600_000].map((length) => unit.repeat(length / unit.length));
      spentMs(short!);
      const base = Math.max(5, Math.min(spentMs(short!), spentMs(short!)));
      // Eight times the length: 8 where it is linear, 64 where it is quadratic.
      expect(spentMs(long!) / base, unit).toBeLessThan(32);
    }
  });
});

test('settings keep their shape and lose what is secret in them, by name, in a text or in a command', () => {
  const settings = {
    url: `https://user:${canary}@a.example/?token=${canary}`,
    headers: { Accept: 'text/plain', 'X-Api-Key': canary },
    headersFrom: { Authorization: { file: '/etc/a.token', prefix: 'Bearer ' } },
    version: { command: ['tool', '--password', canary, '-v'] },
    passwordFile: '/etc/a.password',
    tokens: [canary],
    warnDays: 30,
  };
  const shown = redactValue(settings);
  expect(JSON.stringify(shown)).not.toContain(canary);
  expect(shown).toMatchObject({
    headers: { Accept: 'text/plain' },
    headersFrom: settings.headersFrom,
    version: { command: ['tool', '--password', '[redacted]', '-v'] },
    passwordFile: '/etc/a.password',
    warnDays: 30,
  });
});
