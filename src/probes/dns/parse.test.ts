import { describe, expect, it } from 'vitest';
import { networkOf } from './networks.ts';
import { parseHosts, parseResolvConf, parseServer, serverText } from './parse.ts';
import { isSerialBefore, newestSerial } from './serial.ts';

describe('resolv.conf', () => {
  it('is read as the C library reads it', () => {
    const text = [
      '# made by dhclient',
      '; and a comment of the other kind',
      'domain old.example.com',
      'search dr.example.com. Example.com',
      'nameserver 169.254.169.254',
      'nameserver 169.254.169.254',
      'nameserver fe80::1%ens3',
      'nameserver dns.example.com',
      'options timeout:1 attempts:1',
      'options rotate',
    ].join('\n');
    expect(parseResolvConf(text)).toEqual({
      servers: ['169.254.169.254', 'fe80::1%ens3'],
      search: ['dr.example.com', 'example.com'],
      options: ['timeout:1', 'attempts:1', 'rotate'],
      wrongLines: ['nameserver dns.example.com'],
    });
  });

  it('may be empty or all comments, which is not the same as garbage', () => {
    const empty = { servers: [], search: [], options: [], wrongLines: [] };
    expect(parseResolvConf('')).toEqual(empty);
    expect(parseResolvConf('# nothing\n\n')).toEqual(empty);
    expect(parseResolvConf('Error: something went wrong\n')).toBeNull();
    expect(parseResolvConf('\u0000\ufffd\u0001')).toBeNull();
  });

  it('keeps nothing unprintable of a wrong line', () => {
    expect(parseResolvConf('nameserver \u001b[31mx')?.wrongLines).toEqual(['nameserver ?[31mx']);
  });
});

describe('the hosts file', () => {
  it('gives every address of a name, whatever its case, and skips what is none', () => {
    const hosts = parseHosts(
      '127.0.0.1 localhost\n10.1.0.10  DB.example.com db # pinned in 2019\n10.1.0.11 db.example.com\n#10.9.9.9 db.example.com\nnonsense db.example.com\n',
    );
    expect(hosts.get('db.example.com')).toEqual(['10.1.0.10', '10.1.0.11']);
    expect(hosts.get('db')).toEqual(['10.1.0.10']);
    expect(hosts.get('#')).toBeUndefined();
  });
});

describe('a server', () => {
  it.each([
    ['10.0.0.2', { address: '10.0.0.2', port: 53 }, '10.0.0.2'],
    ['10.0.0.2:53', { address: '10.0.0.2', port: 53 }, '10.0.0.2'],
    ['10.0.0.2:5353', { address: '10.0.0.2', port: 5353 }, '10.0.0.2:5353'],
    ['2001:db8::2', { address: '2001:db8::2', port: 53 }, '2001:db8::2'],
    ['[2001:db8::2]:5353', { address: '2001:db8::2', port: 5353 }, '[2001:db8::2]:5353'],
  ])('%s is read and named', (text, server, name) => {
    expect(parseServer(text)).toEqual(server);
    expect(serverText(server)).toBe(name);
  });

  it.each(['10.0.0.2:0', '10.0.0.2:70000', '10.0.0', '[10.0.0.2', 'dns.example.com', ''])('%j is none', (text) => {
    expect(parseServer(text)).toBeNull();
  });
});

describe('networks', () => {
  it.each([
    ['10.2.3.4', ['10.1.0.0/16', '10.2.0.0/16'], '10.2.0.0/16'],
    ['10.3.0.1', ['10.1.0.0/16'], null],
    ['2001:db8::1', ['10.0.0.0/8', '2001:db8::/32'], '2001:db8::/32'],
    ['::ffff:10.1.0.1', ['10.1.0.0/16'], '10.1.0.0/16'],
    ['10.1.0.0/24', ['10.1.0.0/16'], '10.1.0.0/16'],
    ['10.1.0.0/16', ['10.1.0.0/24'], null],
    ['db.example.com', ['0.0.0.0/0'], null],
    ['10.1', ['0.0.0.0/0'], null],
    ['10.1.0.1', ['10.1.0.0/33', 'nonsense'], null],
  ])('%s in %j: %s', (address, networks, expected) => {
    expect(networkOf(address, networks)).toBe(expected);
  });
});

describe('serials (RFC 1982)', () => {
  it('wrap round', () => {
    expect(isSerialBefore(1, 2)).toBe(true);
    expect(isSerialBefore(4_294_967_295, 0)).toBe(true);
    expect(isSerialBefore(0, 4_294_967_295)).toBe(false);
    expect(isSerialBefore(5, 5)).toBe(false);
    expect(newestSerial([4_294_967_290, 3, 4_294_967_295])).toBe(3);
    expect(newestSerial([])).toBeNull();
  });

  it('exactly half the circle apart have no order', () => {
    expect(isSerialBefore(0, 2 ** 31)).toBe(false);
    expect(isSerialBefore(2 ** 31, 0)).toBe(false);
  });
});
