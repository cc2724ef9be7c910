// What every reader of a format hands back.

export const formats = ['env', 'systemd-env', 'docker-env', 'properties', 'ini', 'json', 'yaml', 'toml', 'xml', 'text'] as const;

/**
 * How a file is read, which is how its consumer reads it:
 * `env` as sh sources it, `systemd-env` as `EnvironmentFile=` does, `docker-env` as `--env-file` does; `text` is the whole file as one value.
 */
export type Format = (typeof formats)[number];

/** What a key is set to: a scalar as text; JSON's and YAML's null; a list or map with nothing in it. The last three have an empty text. */
export interface Value {
  readonly kind: 'scalar' | 'null' | 'empty-list' | 'empty-map';
  readonly text: string;
}

export interface Limits {
  readonly bytesMax: number;
  readonly keysMax: number;
  readonly depthMax: number;
}

export type ValuesRead =
  | {
      readonly kind: 'values';
      /** By key (key.ts has its grammar), in the order of the file. */
      readonly values: ReadonlyMap<string, Value>;
      /** Keys that stand more than once; the last one counts. At most `namedMax` of them, sorted. */
      readonly repeated: readonly string[];
      /** Numbers of lines (from 1) that the consumer ignores or refuses, at most `namedMax`. */
      readonly strayLines: readonly number[];
      /** How many values were left out because their key itself looks like a secret. */
      readonly unnamed: number;
    }
  /** `where` is a place only, such as `line 3`: never text of the file, nor a column, which would tell the length of a value. */
  | { readonly kind: 'unparsable'; readonly where: string }
  | { readonly kind: 'too-many'; readonly of: 'bytes' | 'keys' | 'levels' };

/** What tells one map of a list from the others, where each has another. */
export const namesOfMaps = ['id', 'name'] as const;

/** The key of a value that is all of its file: the format `text`, and JSON or YAML of one scalar. */
export const wholeKey = 'text';

/** Lists beside the values are for a sentence, not for reading through. */
export const namedMax = 20;
