import { describe, expect, it } from 'vitest';
import { parseEcho, parseIpv4Routes, parseIpv6Routes, parseNameServers, rootQuestion, serverState } from './parse.ts';
import { proxyOf, targetOf } from './target.ts';

const head = 'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n';

describe('routes', () => {
  it('finds the default route among others, with its gateway', () => {
    const text = `${head}ens3\t00000000\t0100000A\t0003\t0\t0\t100\t00000000\t0\t0\t0\nens3\t0000000A\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n`;
    expect(parseIpv4Routes(text)).toEqual([{ via: '10.0.0.1', device: 'ens3' }]);
  });

  it('does not take a rejecting route, a route that is down or half of the internet for a default route', () => {
    const rejecting = `${head}*\t00000000\t00000000\t0200\t0\t0\t0\t00000000\t0\t0\t0\n`;
    const down = `${head}ens3\t00000000\t0100000A\t0002\t0\t0\t0\t00000000\t0\t0\t0\n`;
    const half = `${head}tun0\t00000000\t0100000A\t0003\t0\t0\t0\t00000080\t0\t0\t0\n`;
    expect([rejecting, down, half].map(parseIpv4Routes)).toEqual([[], [], []]);
  });

  it('tells no default route from no table', () => {
    expect(parseIpv4Routes(head)).toEqual([]);
    expect(parseIpv4Routes('')).toBeNull();
    expect(parseIpv4Routes('<html>')).toBeNull();
    expect(parseIpv6Routes('garbage\n')).toBeNull();
  });

  it('finds the IPv6 default route and passes over the kernel’s own unreachable entry', () => {
    const zero = '0'.repeat(32);
    const real = `${zero} 00 ${zero} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     ens3\n`;
    const none = `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200       lo\n`;
    expect(parseIpv6Routes(none + real)).toEqual([{ via: 'fe80::1', device: 'ens3' }]);
    expect(parseIpv6Routes(none)).toEqual([]);
    expect(parseIpv6Routes('')).toEqual([]);
  });
});

describe('name servers', () => {
  it('reads three at most, without comments, scopes and what is no address', () => {
    const text =
      '# nameserver 9.9.9.9\nsearch x\nnameserver 169.254.169.254 # oci\n nameserver fe80::1%ens3\nnameserver dns.x\nnameserver 1.1.1.1\nnameserver 8.8.8.8\n';
    expect(parseNameServers(text)).toEqual(['169.254.169.254', 'fe80::1', '1.1.1.1']);
  });

  it('asks the local one where none is named, as glibc does', () => {
    expect(parseNameServers('')).toEqual(['127.0.0.1']);
  });

  it('judges only an answer to its own question', () => {
    const answer = (id: number, flags: number, rcode: number) =>
      Uint8Array.from([id >> 8, id & 0xff, flags, rcode, ...rootQuestion(id).slice(4)]);
    expect(serverState(answer(7, 0x81, 0x80), 7)).toBe('answers');
    expect(serverState(answer(7, 0x81, 0x85), 7)).toBe('refuses');
    expect(serverState(answer(7, 0x81, 0x82), 7)).toBe('failing');
    expect(serverState(answer(8, 0x81, 0x80), 7)).toBeNull();
    expect(serverState(rootQuestion(7), 7)).toBeNull();
    expect(serverState(new Uint8Array(3), 7)).toBeNull();
  });
});

describe('the echo', () => {
  it('takes an address as text or out of JSON, and nothing else', () => {
    expect(parseEcho(' 203.0.113.7\n', undefined)).toBe('203.0.113.7');
    expect(parseEcho('{"a":{"ip":"2001:db8::7"}}', 'a.ip')).toBe('2001:db8::7');
    for (const [body, field] of [
      ['<html>', undefined],
      ['', undefined],
      ['{"a":1}', 'a.ip'],
      ['{"ip":7}', 'ip'],
      ['{', 'ip'],
      ['{}', '__proto__.x'],
    ] as const)
      expect(parseEcho(body, field)).toBeNull();
  });
});

describe('urls', () => {
  it('takes them apart as HTTP and TLS need them', () => {
    expect(targetOf({ url: 'https://api.test/v1?x=1' })).toMatchObject({
      kind: 'https',
      host: 'api.test',
      port: 443,
      hostHeader: 'api.test',
      authority: 'api.test:443',
      path: '/v1?x=1',
    });
    expect(targetOf({ url: 'http://[2001:db8::1]:8080', timeout: '2s' })).toMatchObject({
      host: '2001:db8::1',
      hostHeader: '[2001:db8::1]:8080',
      path: '/',
      timeoutMs: 2_000,
    });
    expect(targetOf({ url: 'tls://smtp.test:587' })).toMatchObject({ kind: 'tls', port: 587, path: '' });
    expect(targetOf({ url: 'http://api.test?x=1' })).toMatchObject({ path: '/?x=1' });
  });

  it('refuses what names no port, and credentials', () => {
    for (const url of ['tcp://db.test', 'tcp://db.test:0', 'tcp://db.test:70000', 'https://user:secret@api.test/', 'ftp://x:1', 'https://'])
      expect(targetOf({ url })).toBeNull();
    expect(proxyOf('http://proxy.test:8080')).toEqual({ host: 'proxy.test', port: 8080 });
    expect(proxyOf('http://proxy.test')).toEqual({ host: 'proxy.test', port: 3128 });
    expect(proxyOf('socks5://proxy.test')).toBeNull();
  });
});
