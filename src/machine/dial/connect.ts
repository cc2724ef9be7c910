// The first stage of a dial: a TCP connection to one address.
import net from 'node:net';
import type { DialRequest } from '../../contract/machine.ts';
import { DialEnded, ended, failureOfSocket } from './failure.ts';
import { type Deadline, listen } from './limits.ts';

/** The socket is handed to `hold` before it connects, so that the caller can end it whatever happens. */
export async function connect(request: DialRequest, deadline: Deadline, hold: (socket: net.Socket) => void): Promise<net.Socket> {
  const { address, port } = request.proxy ?? request;
  refuseNonsense(address, port, request.sourceAddress);
  const options: net.TcpNetConnectOpts = { host: address, port };
  if (request.sourceAddress !== undefined) options.localAddress = request.sourceAddress;
  const target = { isIpv6: net.isIPv6(address), hasSource: request.sourceAddress !== undefined };
  return deadline.race((done, fail) => {
    const socket = net.connect(options);
    // Between two stages nobody listens, and an error without a listener ends the process.
    socket.on('error', ignore);
    hold(socket);
    return listen(socket, {
      connect: () => done(socket),
      error: (error: NodeJS.ErrnoException) => fail(new DialEnded(failureOfSocket(error, target))),
    });
  });
}

/** Node would throw only after it has made a socket that nobody can close then, and would resolve a name by itself. */
function refuseNonsense(address: string, port: number, sourceAddress: string | undefined): void {
  const isPort = Number.isInteger(port) && port > 0 && port < 65_536;
  if (!isPort || net.isIP(address) === 0) throw ended('local-error', 'ERR_INVALID_ADDRESS', `${address} port ${port} is not an address`);
  if (sourceAddress !== undefined && net.isIP(sourceAddress) === 0)
    throw ended('local-error', 'ERR_INVALID_ADDRESS', `the source address ${sourceAddress} is not an IP address`);
}

const ignore = (): void => {};
