import { describe, expect, test } from 'vitest';
import { type MachineOnPaper, recordedMachine } from '../../../../test/support/recorded.ts';
import { discover } from './discover.ts';
import type { Discovery, FoundFile } from './found.ts';
import { listenerTargets } from './listeners.ts';
import { nginxCertificates, parseNginx } from './nginx.ts';

async function search(paper: MachineOnPaper): Promise<Discovery> {
  return discover((await recordedMachine(paper)).forLook(new AbortController().signal));
}

const files = ({ found }: Discovery): readonly FoundFile[] => found.filter((each) => each.kind === 'file');
const paths = (discovery: Discovery): readonly string[] => discovery.found.flatMap((each) => ('path' in each ? [each.path] : []));

describe('in nginx’s configuration', () => {
  const server = 'listen 443 ssl; listen [::]:8443 ssl http2; server_name App.example.com www.app.example.com ~^x _;';

  test('a server’s certificate, key, names and ports are found through includes', async () => {
    const discovery = await search({
      files: {
        '/etc/nginx/nginx.conf': 'user nginx;\nhttp {\n  # include no.conf;\n  include /etc/nginx/conf.d/*.conf;\n}',
        '/etc/nginx/conf.d/app.conf': `server { ${server} include snippets/tls.conf; location / { return 200 "ssl_certificate no.pem;"; } }`,
        '/etc/nginx/snippets/tls.conf': "ssl_certificate '/etc/pki/app.crt';\nssl_certificate_key app.key;",
      },
    });
    expect(files(discovery)).toEqual([
      {
        kind: 'file',
        path: '/etc/pki/app.crt',
        keyFile: '/etc/nginx/app.key',
        serverNames: ['app.example.com', 'www.app.example.com'],
        foundBy: '/etc/nginx/snippets/tls.conf',
        reload: 'nginx',
      },
    ]);
    expect(discovery.found.filter(({ kind }) => kind === 'listener')).toMatchObject([
      { port: 443, serverName: 'app.example.com', file: '/etc/pki/app.crt' },
      { port: 8443, serverName: 'app.example.com', file: '/etc/pki/app.crt' },
    ]);
    expect(discovery.unsearched).toEqual([]);
  });

  test('a certificate above the servers is that of those that speak TLS', () => {
    const found = nginxCertificates(
      parseNginx(
        `http { ssl_certificate /a.pem; ssl_certificate_key /a.key; server { listen 80; server_name plain.example; } server { ${server} } }`,
      ),
    );
    expect(found.filter(({ kind }) => kind === 'file')).toMatchObject([
      { path: '/a.pem', keyFile: '/a.key', serverNames: ['app.example.com', 'www.app.example.com'] },
    ]);
  });

  test('RSA and ECDSA side by side keep their own keys', () => {
    const found = nginxCertificates(
      parseNginx(
        'server { listen 443 ssl; ssl_certificate /r.pem; ssl_certificate_key /r.key; ssl_certificate /e.pem; ssl_certificate_key /e.key; }',
      ),
    );
    expect(found.filter(({ kind }) => kind === 'file')).toMatchObject([
      { path: '/r.pem', keyFile: '/r.key' },
      { path: '/e.pem', keyFile: '/e.key' },
    ]);
  });

  test('an include that may not be read is said to be unsearched, and a circle of includes ends', async () => {
    const denied = await search({
      files: { '/etc/nginx/nginx.conf': 'include secret.conf;', '/etc/nginx/secret.conf': 'x' },
      denied: ['/etc/nginx/secret.conf'],
    });
    expect(denied.unsearched).toMatchObject([{ place: '/etc/nginx/secret.conf', reason: 'denied' }]);
    await search({ files: { '/etc/nginx/nginx.conf': 'include nginx.conf; include nginx.conf;' } });
  });

  test('hostile text is read in a bounded time', () => {
    for (const piece of ['${', '{', '}', '"', "'", '\\', '#', ';', 'a{', '{"']) expect(parseNginx(piece.repeat(100_000))).toBeDefined();
  });
});

test('in Apache’s configuration virtual hosts keep their names, ports and keys', async () => {
  const discovery = await search({
    files: {
      '/etc/httpd/conf/httpd.conf': 'ServerRoot "/etc/httpd"\nIncludeOptional conf.d/*.conf\n',
      '/etc/httpd/conf.d/ssl.conf': [
        '<VirtualHost _default_:443>',
        '  ServerName www.example.com:443',
        '  ServerAlias example.com *.dev.example.com',
        '  #SSLCertificateFile /no.crt',
        '  SSLCertificateFile "/etc/pki/tls/certs/www.crt"',
        '  SSLCertificateKeyFile private/www.key',
        '</VirtualHost>',
      ].join('\n'),
    },
  });
  expect(files(discovery)).toEqual([
    {
      kind: 'file',
      path: '/etc/pki/tls/certs/www.crt',
      keyFile: '/etc/httpd/private/www.key',
      serverNames: ['www.example.com', 'example.com', '*.dev.example.com'],
      foundBy: '/etc/httpd/conf.d/ssl.conf',
      reload: 'httpd',
    },
  ]);
  expect(discovery.found.filter(({ kind }) => kind === 'listener')).toMatchObject([{ port: 443, serverName: 'www.example.com' }]);
});

test('in haproxy’s configuration a folder stands for its files, and keys lie in them', async () => {
  const discovery = await search({
    files: {
      '/etc/haproxy/haproxy.cfg':
        'global\n  crt-base /etc/haproxy/certs\nfrontend f\n  bind :443 ssl crt site.pem crt /etc/haproxy/more/ alpn h2\n',
      '/etc/haproxy/certs/site.pem': '',
      '/etc/haproxy/more/a.pem': '',
      '/etc/haproxy/more/a.pem.ocsp': '',
    },
  });
  expect(
    files(discovery)
      .filter(({ reload }) => reload === 'haproxy')
      .map(({ path, keyFile }) => [path, keyFile]),
  ).toEqual([
    ['/etc/haproxy/certs/site.pem', '/etc/haproxy/certs/site.pem'],
    ['/etc/haproxy/more/a.pem', '/etc/haproxy/more/a.pem'],
  ]);
});

test('in the configurations of Postfix, Tomcat and Oracle files and stores are found', async () => {
  const discovery = await search({
    files: {
      '/etc/postfix/main.cf': 'smtpd_tls_cert_file = /etc/pki/mail.crt\nsmtpd_tls_key_file=$smtpd_tls_cert_file\nmyhostname = x\n',
      '/opt/tomcat9/conf/server.xml':
        '<!-- <Connector keystoreFile="no.jks"/> --><Connector><Certificate certificateKeystoreFile="conf/app.jks"/></Connector>',
      '/etc/oratab': '# comment\nORCL:/u01/app/oracle/product/19c:Y\n',
      '/u01/app/oracle/product/19c/network/admin/sqlnet.ora':
        'WALLET_LOCATION =\n (SOURCE = (METHOD = FILE)\n  (METHOD_DATA = (DIRECTORY = /u01/wallet)))\n',
    },
  });
  expect(paths(discovery)).toEqual(['/etc/pki/mail.crt', '/opt/tomcat9/conf/app.jks', '/u01/wallet']);
});

test('in the usual places roots that the system ships are left out', async () => {
  const discovery = await search({
    files: {
      '/usr/share/ca-certificates/mozilla/ISRG_Root_X1.crt': '',
      '/etc/ssl/certs/ISRG_Root_X1.pem': '',
      '/etc/ssl/certs/ca-certificates.crt': '',
      '/etc/ssl/certs/002c0b4f.0': '',
      '/etc/ssl/certs/own.pem': '',
      '/etc/pki/tls/certs/ca-bundle.trust.crt': '',
      '/etc/pki/tls/certs/localhost.crt': '',
      '/etc/letsencrypt/live/app/fullchain.pem': '',
      '/etc/ssl/private/x.pem': '',
    },
    denied: ['/etc/ssl/private'],
  });
  expect(paths(discovery)).toEqual([
    '/etc/letsencrypt/live/app/fullchain.pem',
    '/etc/pki/tls/certs/localhost.crt',
    '/etc/ssl/certs/own.pem',
  ]);
  expect(files(discovery)[0]).toMatchObject({ keyFile: '/etc/letsencrypt/live/app/privkey.pem', isGuess: true });
  expect(discovery.unsearched).toEqual([]);
});

describe('of the sockets that are open', () => {
  const socket = (port: number, address = '0.0.0.0') => ({ address, port, pid: null, command: null });
  const listener = (port: number, serverName: string | undefined, file: string) =>
    ({ kind: 'listener', port, file, foundBy: '/x', ...(serverName === undefined ? {} : { serverName }) }) as const;

  test('only those on TLS ports or with a configuration are asked', () => {
    const targets = listenerTargets(
      [socket(22), socket(1521), socket(5432), socket(443), socket(12_345)],
      [listener(12_345, 'a.example', '/a.pem')],
    );
    expect(targets.map(({ port, isGuess }) => [port, isGuess])).toEqual([
      [443, true],
      [12_345, false],
    ]);
  });

  test('both IP families of one wildcard are one listener', () => {
    expect(listenerTargets([socket(443, '::'), socket(443)], [])).toMatchObject([{ address: '0.0.0.0', port: 443 }]);
  });

  test('each configured name is asked for once, and a default host among several proves nothing', () => {
    const targets = listenerTargets(
      [socket(443)],
      [
        listener(443, 'a.example', '/a.pem'),
        listener(443, 'b.example', '/b.pem'),
        listener(443, undefined, '/c.pem'),
        listener(443, 'a.example', '/a2.pem'),
      ],
    );
    expect(targets.map(({ serverName, shouldServe }) => [serverName, shouldServe])).toEqual([
      ['a.example', ['/a.pem', '/a2.pem']],
      ['b.example', ['/b.pem']],
      [undefined, []],
    ]);
  });
});
