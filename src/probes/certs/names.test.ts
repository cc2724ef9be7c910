import { describe, expect, test } from 'vitest';
import { covers } from './names.ts';

const certificate = { names: ['DNS:app.example.com', 'DNS:*.b.example', 'DNS:f*.c.example', 'IP:10.0.0.1', 'IP:2001:DB8:0:0:0:0:0:1'] };

describe('a certificate is valid for', () => {
  test.each(['app.example.com', 'APP.example.com.', 'x.b.example', '10.0.0.1', '2001:db8::1'])('%s', (name) => {
    expect(covers(certificate, name)).toBe(true);
  });

  test.each(['example.com', 'b.example', 'x.y.b.example', 'foo.c.example', '10.0.0.2', '2001:db8::2', 'app.example.com.evil.example', ''])(
    'but not for %j',
    (name) => {
      expect(covers(certificate, name)).toBe(false);
    },
  );

  test('nothing by its common name', () => {
    expect(covers({ names: [] }, 'app.example.com')).toBe(false);
  });
});
