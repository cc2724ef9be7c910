// The port through which a probe asks the operating system. Nothing outside src/machine starts a process, opens a file
// of the host or dials a third party; a folder of recorded answers can stand behind the same port.
//
// Every question answers with a value, never with an exception, and names why it failed with the same words as an
// unseen outcome, so that a probe can pass the reason on. A call returns early when the look is aborted.
import type { CloudRequest, CloudTried } from './cloud.ts';
import type { UnseenReason } from './outcome.ts';

export interface Machine {
  /** Epoch milliseconds by this machine's clock; the recorded instant for a recorded machine. */
  now(): number;
  uname(): Promise<Uname | Failed>;
  /** Runs a program without a shell: absolute lookup, LC_ALL=C, TZ=UTC, stdin closed, own process group, bounded output. */
  run(argv: readonly [string, ...string[]], limits: RunLimits): Promise<Exited | Failed>;
  /** Reads at most `bytesMax` bytes, from the start or the end. A file over the limit comes back cut, and says so. */
  readFile(path: string, limits: ReadLimits): Promise<FileRead | Missing | Failed>;
  /** Follows links; a circle of links is `unreadable`. */
  stat(path: string, limits?: StatLimits): Promise<FileStat | Missing | Failed>;
  /** Names in a directory, sorted; cut at `entriesMax`, and says so. */
  listDirectory(path: string, limits: ListLimits): Promise<DirectoryListed | Missing | Failed>;
  /** Absolute glob (`*`, `?`, `[a-z]`, `{a,b}`, `**`), sorted paths; visits each real directory once. */
  glob(pattern: string, limits: { readonly entriesMax: number }): Promise<Globbed | Failed>;
  /** Absolute path with every link resolved. */
  realPath(path: string): Promise<{ readonly kind: 'real-path'; readonly path: string } | Missing | Failed>;
  /** Listening TCP sockets, and the process behind each where this user may know it. */
  listeners(): Promise<{ readonly kind: 'listeners'; readonly sockets: readonly ListeningSocket[] } | Failed>;
  /** Running processes, at most `entriesMax`. */
  processes(limits: { readonly entriesMax: number }): Promise<ProcessesListed | Failed>;
  /** The way applications resolve a name (getaddrinfo: hosts file, nsswitch, resolver). */
  lookup(name: string, options: { readonly family: 0 | 4 | 6; readonly timeoutMs: number }): Promise<LookupAnswer>;
  /** One DNS message to one server; the answer comes back as bytes, unexamined but for its transport. */
  exchangeDns(request: DnsRequest): Promise<DnsReply | (Failed & { readonly code?: string; readonly strays?: number })>;
  /** One connection attempt: TCP, then TLS and one HTTP exchange where asked; reports the stage it reached. */
  dial(request: DialRequest): Promise<DialAnswer>;
  /**
   * SHA-256 of a file's bytes, read in pieces and no faster than `limits` say. A file that is too large for one look comes back as
   * `under-way`; the next look goes on where this one ended. Nothing is read where the file still is what `known` says.
   */
  digestFile(path: string, limits: DigestLimits): Promise<FileDigest | DigestUnderWay | Missing | Failed>;
  /** Calls to the cloud's API as this very instance, which only read: each is tried once, by the official SDK, in a process that ends with the answer. */
  tryCloud(request: CloudRequest): Promise<CloudTried | Failed>;
  /** Waits, at most until the look is aborted. Recorded machines do not wait. */
  pause(ms: number): Promise<void>;
}

export interface Failed {
  readonly kind: 'failed';
  readonly reason: Extract<UnseenReason, 'timeout' | 'too-much-output' | 'denied' | 'tool-missing' | 'unreadable'>;
  /** One sentence: what was tried, on what, and what came back. */
  readonly detail: string;
}

/** The path does not exist. Whether that means absent is the probe's knowledge. */
export interface Missing {
  readonly kind: 'missing';
}

export interface Uname {
  readonly kind: 'uname';
  readonly sysname: string;
  readonly nodename: string;
  readonly release: string;
  readonly version: string;
  readonly machine: string;
}

export interface RunLimits {
  readonly timeoutMs: number;
  /** For stdout and stderr each; more is `too-much-output` and the process group is killed. */
  readonly bytesMax: number;
  /** Added to the fixed environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints may hold secrets under any name: neither the trail nor a recording keeps any of it. */
  readonly isSecret?: boolean;
}

export interface Exited {
  readonly kind: 'exited';
  /** 128 + signal number where a signal ended it, as a shell would say. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ReadLimits {
  readonly bytesMax: number;
  readonly from?: 'start' | 'end';
  /** The content is a password or a key: neither the trail nor a recording keeps any of it. */
  readonly isSecret?: boolean;
  /** The last part of its path is a secret itself: the trail has the folder alone, and a recording nothing. */
  readonly isNameSecret?: boolean;
}

/** `isSecret`: neither the trail nor a recording keeps its size, which tells how long a secret is. */
export type StatLimits = Pick<ReadLimits, 'isSecret' | 'isNameSecret'>;

export interface ListLimits {
  readonly entriesMax: number;
  /** Names of which neither the trail nor a recording keeps any; what is recorded of a directory that has some is that it could not be listed. */
  readonly isNameSecret?: (name: string) => boolean;
}

export interface FileRead {
  readonly kind: 'file';
  readonly bytes: Uint8Array;
  /** UTF-8, with replacement characters where the bytes are not. */
  readonly text: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly isCut: boolean;
}

export interface DigestLimits {
  /** What an earlier look found. */
  readonly known?: { readonly stamp: string; readonly sha256: string };
  /** More is `too-much-output`. */
  readonly bytesMax: number;
  /** Shared by all digests of this machine that are under way. */
  readonly bytesPerSecondMax: number;
  /** Part of one core, above 0 and at most 1; shared like the bytes. */
  readonly cpuShareMax: number;
}

export interface FileDigest {
  readonly kind: 'digest';
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** The same as long as the file is the same: made of device, inode, size, and times of change. Says nothing to anybody else. */
  readonly stamp: string;
  /** 0 where `known` still held. */
  readonly bytesRead: number;
}

export interface DigestUnderWay {
  readonly kind: 'under-way';
  readonly doneBytes: number;
  readonly sizeBytes: number;
}

export interface FileStat {
  readonly kind: 'stat';
  readonly type: 'file' | 'directory' | 'socket' | 'other';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly inode: number;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits (0o644). */
  readonly mode: number;
}

export interface DirectoryListed {
  readonly kind: 'directory';
  readonly names: readonly string[];
  readonly isCut: boolean;
}

export interface Globbed {
  readonly kind: 'globbed';
  readonly paths: readonly string[];
  readonly isCut: boolean;
  /** Directories that could not be entered: the list may lack what lies there. */
  readonly denied: readonly string[];
}

export interface ListeningSocket {
  readonly address: string;
  readonly port: number;
  readonly pid: number | null;
  readonly command: string | null;
}

export interface RunningProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly uid: number;
  /** The kernel's short name (15 characters at most). */
  readonly command: string;
  /** Secrets are for the trail to strip; a probe never puts an argument into its facts. */
  readonly argv: readonly string[];
  /** Epoch milliseconds. */
  readonly startedMs: number;
}

export interface ProcessesListed {
  readonly kind: 'processes';
  readonly processes: readonly RunningProcess[];
  readonly isCut: boolean;
}

export type LookupAnswer =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[]; readonly tookMs: number }
  /** The resolver answered: there is no such name, or no address of that family. */
  | { readonly kind: 'no-such-name'; readonly tookMs: number }
  | (Failed & { readonly code?: string });

export interface DnsRequest {
  /** IP address of the server. */
  readonly server: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp';
  readonly message: Uint8Array;
  readonly timeoutMs: number;
  readonly sourceAddress?: string;
}

export interface DnsReply {
  readonly kind: 'reply';
  /** The first datagram from that server and port with the query's id, whatever else is in it, or the TCP message without its length prefix. */
  readonly message: Uint8Array;
  readonly tookMs: number;
  /** Datagrams with another id that came from the server before it; also on a failure. */
  readonly strays?: number;
}

export interface DialRequest {
  /** IP address: names are resolved by the probe, so that every address is tried. */
  readonly address: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly sourceAddress?: string;
  /** HTTP CONNECT proxy in front of the target. */
  readonly proxy?: { readonly address: string; readonly port: number; readonly authorization?: string };
  /** The name and port asked of the proxy (`CONNECT host:port`); the address and port above when not given. */
  readonly proxyTarget?: string;
  readonly tls?: DialTls;
  readonly http?: DialHttp;
}

export interface DialTls {
  readonly serverName: string;
  readonly alpn?: readonly string[];
  /** Files on the machine; the port reads them, so that key material never passes through a probe. */
  readonly authoritiesFile?: string;
  readonly certificateFile?: string;
  readonly keyFile?: string;
  /** No HTTP over a connection whose certificate is not trusted or does not cover `serverName`: a request may carry secrets. */
  readonly mustBeTrusted?: boolean;
  /** Start TLS only after this protocol's own greeting. */
  readonly startTls?: 'smtp' | 'postgres';
}

export interface DialHttp {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'OPTIONS';
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyBytesMax: number;
}

export type DialStage = 'connect' | 'proxy' | 'tls' | 'http';

export interface DialAnswer {
  readonly kind: 'dialled';
  /** The last stage begun. */
  readonly stage: DialStage;
  /** `completed`: everything asked for was done. The words for failures are those an operator would use at that stage. */
  readonly result: 'completed' | 'refused' | 'timeout' | 'reset' | 'unreachable' | 'denied' | 'closed' | 'protocol-error' | 'local-error';
  /** The error code or alert as the library names it (`ECONNREFUSED`, `ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`); empty if none. */
  readonly code: string;
  readonly detail: string;
  readonly localAddress: string | null;
  readonly timings: DialTimings;
  readonly tls?: DialTlsSeen;
  readonly proxyStatus?: number;
  readonly http?: DialHttpSeen;
}

export interface DialTimings {
  readonly connectMs?: number;
  readonly proxyMs?: number;
  readonly tlsMs?: number;
  readonly firstByteMs?: number;
  readonly totalMs: number;
}

export interface DialTlsSeen {
  readonly protocol: string;
  readonly cipher: string;
  /** DER, the server's own first, as sent. Handed over even when the chain is not trusted. */
  readonly chain: readonly Uint8Array[];
  readonly isTrusted: boolean;
  /** OpenSSL's reason (`CERT_HAS_EXPIRED`), empty when trusted. Names are judged by the probe. */
  readonly trustError: string;
  readonly alpn: string | null;
}

export interface DialHttpSeen {
  readonly status: number;
  /** Lower-case names; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBodyCut: boolean;
}
