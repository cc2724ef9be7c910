// What kind of machine this is, for people who look at a node: nothing here is compared or judged.
import { readFile } from 'node:fs/promises';
import os from 'node:os';

export interface MachineDescription {
  /** `PRETTY_NAME` of os-release; null where that cannot be read. */
  readonly os: string | null;
  readonly kernel: string;
  readonly architecture: string;
  /** As the firmware names itself; null where it tells nothing, as in most containers. */
  readonly manufacturer: string | null;
  readonly product: string | null;
  /** `OracleCloud.com` on OCI. */
  readonly assetTag: string | null;
  /** A hypervisor is underneath; null where the processor does not say. */
  readonly isVirtual: boolean | null;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly swapBytes: number;
}

/** Reads files only and starts no program, so it is safe to call from an HTTP handler. */
export async function describeMachine(): Promise<MachineDescription> {
  const { mem } = await import('systeminformation/lib/memory.js');
  const [memory, release, manufacturer, product, assetTag, processor] = await Promise.all([
    mem(),
    firstReadable(['/etc/os-release', '/usr/lib/os-release']),
    firmware('sys_vendor'),
    firmware('product_name'),
    firmware('chassis_asset_tag'),
    readHead('/proc/cpuinfo'),
  ]);
  return {
    os: release === null ? null : (/^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] ?? null),
    kernel: os.release(),
    architecture: os.machine(),
    manufacturer,
    product,
    assetTag,
    isVirtual: virtualBy(processor),
    cpus: os.availableParallelism(),
    memoryBytes: memory.total,
    swapBytes: memory.swaptotal,
  };
}

/** Enough for the first processor, whose flags are those of all. */
const headBytes = 16_384;

async function readHead(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).slice(0, headBytes);
  } catch {
    return null;
  }
}

async function firstReadable(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const text = await readHead(path);
    if (text !== null) return text;
  }
  return null;
}

async function firmware(name: string): Promise<string | null> {
  const text = (await readHead(`/sys/class/dmi/id/${name}`))?.trim() ?? '';
  return text === '' ? null : text;
}

/** x86 sets the flag under a hypervisor; Arm has no such flag, and says nothing either way. */
function virtualBy(processor: string | null): boolean | null {
  const flags = processor === null ? undefined : /^flags\s*:\s*(.*)$/m.exec(processor)?.[1];
  return flags === undefined ? null : flags.split(' ').includes('hypervisor');
}
