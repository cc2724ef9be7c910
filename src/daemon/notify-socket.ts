// Sends one datagram to the Unix socket at which systemd listens. Node has no such socket of its own, so libc is called.
//
// systemd attributes a message to a unit by its sender's process. Sent by this very process it cannot be lost: a message of a child
// that has ended by the time it is read is dropped, which systemd-notify was before systemd 246 (Oracle Linux 8 has 239). Nothing has
// to be started for a sign of life either, and the unit needs to believe no process but this one.

interface Libc {
  socket(domain: number, type: number, protocol: number): number;
  sendto(fd: number, message: Uint8Array, length: bigint, flags: number, address: Uint8Array, addressLength: number): bigint;
  close(fd: number): number;
}

const AF_UNIX = 1;
/** SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK: a manager that does not read may cost a message, never this process' time. */
const datagram = 2 | 0o2000000 | 0o4000;
/** `sun_path` of sockaddr_un, unix(7). */
const pathBytesMax = 108;

let libc: Libc | null = null;

/** `path` as in NOTIFY_SOCKET: absolute, or `@name` for an abstract one. Throws with what was tried when it could not be sent. */
export async function sendDatagram(path: string, message: string): Promise<void> {
  libc ??= await loadLibc();
  const fd = libc.socket(AF_UNIX, datagram, 0);
  if (fd < 0) throw new Error('a Unix datagram socket could not be made');
  try {
    const bytes = new TextEncoder().encode(message);
    const address = socketAddress(path);
    const sent = libc.sendto(fd, bytes, BigInt(bytes.length), 0, address, address.length);
    if (sent !== BigInt(bytes.length)) throw new Error(`nothing could be sent to ${path}`);
  } finally {
    libc.close(fd);
  }
}

async function loadLibc(): Promise<Libc> {
  const { dlopen } = await import('node:ffi');
  const { functions } = dlopen(null, {
    socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
    sendto: { arguments: ['i32', 'buffer', 'u64', 'i32', 'buffer', 'u32'], return: 'i64' },
    close: { arguments: ['i32'], return: 'i32' },
  });
  return functions as unknown as Libc;
}

/** struct sockaddr_un: the family in the machine's byte order (both of ours are little-endian), then the path. */
function socketAddress(path: string): Uint8Array {
  const name = new TextEncoder().encode(path);
  if (name.length >= pathBytesMax) throw new Error(`the socket's path is longer than ${pathBytesMax} bytes: ${path}`);
  const isAbstract = path.startsWith('@');
  const address = new Uint8Array(2 + name.length + (isAbstract ? 0 : 1));
  address[0] = AF_UNIX;
  address.set(name, 2);
  if (isAbstract) address[2] = 0;
  return address;
}
