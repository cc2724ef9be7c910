// Brings a connection to the point where TLS begins, for protocols that greet in plain text first.
import type net from 'node:net';
import { ended } from './failure.ts';
import type { Deadline } from './limits.ts';
import { readUntil } from './read-until.ts';

/** Greetings run to a few hundred bytes; some servers print a page of law first. */
const replyBytesMax = 8_192;

export async function startTls(protocol: 'smtp' | 'postgres', socket: net.Socket, deadline: Deadline): Promise<void> {
  switch (protocol) {
    case 'smtp':
      return startSmtp(socket, deadline);
    case 'postgres':
      return startPostgres(socket, deadline);
  }
}

/** RFC 3207. */
async function startSmtp(socket: net.Socket, deadline: Deadline): Promise<void> {
  const steps = [
    ['', '220'],
    ['EHLO understudy.invalid\r\n', '250'],
    ['STARTTLS\r\n', '220'],
  ] as const;
  for (const [line, wanted] of steps) {
    if (line !== '') socket.write(line);
    const reply = (await readUntil(socket, endOfSmtpReply, { bytesMax: replyBytesMax, stage: 'tls' }, deadline)).toString('latin1');
    if (!reply.startsWith(wanted))
      throw notOffered(`the mail server answered ${printable(reply.slice(0, 60))} to ${line.trim() || 'connecting'}`);
  }
}

/** A reply's last line has a space after its code (RFC 5321 section 4.2.1). */
function endOfSmtpReply(bytes: Buffer): number {
  const match = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r?\n/.exec(bytes.toString('latin1'));
  if (match !== null) return match[0].length;
  const firstLine = bytes.indexOf('\n');
  // A server of another protocol would keep us waiting for a code until the time limit.
  return firstLine >= 0 && !/^\d{3}/.test(bytes.toString('latin1', 0, 3)) ? bytes.length : -1;
}

/** SSLRequest: length 8, code 80877103 (PostgreSQL protocol, section 54.2.11). */
const sslRequest = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

async function startPostgres(socket: net.Socket, deadline: Deadline): Promise<void> {
  socket.write(sslRequest);
  const reply = await readUntil(
    socket,
    (bytes) => (bytes.length >= 1 ? bytes.length : -1),
    { bytesMax: replyBytesMax, stage: 'tls' },
    deadline,
  );
  // More than the one byte would be plain text smuggled in before TLS (CVE-2021-23222).
  if (reply.length === 1 && reply[0] === 0x53) return;
  throw notOffered(reply[0] === 0x4e ? 'the database server has TLS switched off' : 'the server did not answer as PostgreSQL does');
}

const notOffered = (detail: string) => ended('protocol-error', 'STARTTLS_NOT_OFFERED', detail);

const printable = (text: string): string => text.replace(/[^\x20-\x7e]+/g, ' ').trim();
