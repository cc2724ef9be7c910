// What stands where a secret was.
export const redacted = '[redacted]';
