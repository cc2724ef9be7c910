// Reads what `systemctl show` prints, which is the same words on every release while `systemctl status` is prose.

/**
 * One unit as systemd described it. Every value is systemd's own text: unset numbers are `[not set]` or
 * 18446744073709551615, which no JavaScript number holds.
 */
export interface ShownUnit {
  readonly id: string;
  /** `loaded`, `not-found`, `masked`, `error`, `bad-setting`, `stub`, `merged`. */
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  /** Empty for a unit that systemd does not know. */
  readonly unitFileState: string;
  readonly result: string;
  /** Every property printed, by name. A property that this systemd is too old for is simply not here. */
  readonly properties: Readonly<Record<string, string>>;
}

/** In this order LoadState precedes what only means something for a loaded unit. The exit code is 0 for unknown units too. */
export const shownProperties =
  'Id,LoadState,ActiveState,SubState,UnitFileState,Result,Type,MainPID,ExecMainStatus,NRestarts,ActiveEnterTimestamp,TriggeredBy';

/** What systemctl says, with exit code 1, where systemd is not the init system. */
export const saysNoSystemd = (stderr: string): boolean =>
  /System has not been booted with systemd|Failed to connect to bus|Failed to get D-Bus connection/.test(stderr);

/**
 * Units in the order of the answer, which is the order asked for; null where the text is not an answer of `systemctl show`
 * (a block without Id, LoadState or ActiveState proves nothing about a unit).
 */
export function parseSystemctlShow(text: string): readonly ShownUnit[] | null {
  const units: ShownUnit[] = [];
  for (const block of text.split(/\n[ \t]*\n/)) {
    if (block.trim() === '') continue;
    const unit = parseBlock(block);
    if (unit === null) return null;
    units.push(unit);
  }
  return units.length === 0 ? null : units;
}

function parseBlock(block: string): ShownUnit | null {
  const properties = parseProperties(block);
  const { Id, LoadState, ActiveState } = properties;
  if (!Id || !LoadState || !ActiveState) return null;
  return {
    id: Id,
    loadState: LoadState,
    activeState: ActiveState,
    subState: properties.SubState ?? '',
    unitFileState: properties.UnitFileState ?? '',
    result: properties.Result ?? '',
    properties,
  };
}

/** A line that does not begin with a property's name continues the value before it. */
function parseProperties(block: string): Record<string, string> {
  const properties: Record<string, string> = Object.create(null);
  let last: string | null = null;
  for (const line of block.replace(/\n+$/, '').split('\n')) {
    const match = /^([A-Z][A-Za-z0-9]*)=(.*)$/.exec(line);
    if (match !== null) {
      last = match[1]!;
      properties[last] = match[2]!;
    } else if (last !== null) properties[last] += `\n${line}`;
  }
  return properties;
}

/** The number in a property, or null where it is missing, unset or too large to be one. */
export function shownCount(unit: ShownUnit, property: string): number | null {
  const text = unit.properties[property] ?? '';
  const value = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}
