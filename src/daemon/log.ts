// What the agent says while it runs: JSON lines for journald, quiet while nothing changes.
import type { LoggerOptions } from 'pino';

/** The part of pino that is used: fields first, then a fixed message. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LeveledLog extends Log {
  setLevel(level: LogLevel): void;
}

/** To stdout, without pid and host name: journald adds them. Credentials are removed wherever a field is named like one. */
export async function createLog(level: LogLevel): Promise<LeveledLog> {
  const { pino } = await import('pino');
  const destination = pino.destination({ dest: 1, sync: true });
  // stdout on a full disk: thrown out of a log line, it kept the agent from stopping when it was told to.
  destination.on('error', () => {});
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: {
      paths: ['authorization', '*.authorization', 'token', '*.token', 'password', '*.password', 'secret', '*.secret'],
      censor: '[removed]',
    },
  };
  const logger = pino(options, destination);
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    setLevel: (next) => {
      logger.level = next;
    },
  };
}
