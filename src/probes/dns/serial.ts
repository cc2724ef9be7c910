// Order among SOA serials, which wrap round (RFC 1982).

const half = 2 ** 31;
const whole = 2 ** 32;

/** Whether `one` comes before `other`. Serials exactly half the circle apart have no order (RFC 1982 3.2). */
export function isSerialBefore(one: number, other: number): boolean {
  const distance = (other - one + whole) % whole;
  return distance > 0 && distance < half;
}

/** The newest of some serials; null for none. */
export function newestSerial(serials: readonly number[]): number | null {
  return serials.reduce<number | null>((newest, serial) => (newest === null || isSerialBefore(newest, serial) ? serial : newest), null);
}
