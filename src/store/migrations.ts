// Every change of the schema since the first release, in order. The file's user_version is the number already made.

/** Tells our files from any other SQLite file: "Udst". */
export const applicationId = 0x55647374;

/** Appended to, never edited: a released one has already run on somebody's machine. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- The newest look of each check. seen_seq is its newest row that is not unseen; readings belong to that row.
  CREATE TABLE checks (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    current_seq INTEGER,
    seen_seq INTEGER,
    readings TEXT
  ) STRICT;

  -- What was seen, once each, however often a check goes to and fro between two outcomes.
  CREATE TABLE bodies (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE,
    bytes BLOB NOT NULL
  ) STRICT;

  -- AUTOINCREMENT: a number is not given twice even when the newest rows are gone.
  CREATE TABLE observations (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    check_id INTEGER NOT NULL,
    probe TEXT NOT NULL,
    facts_version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    body_id INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    took_ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX observations_by_check ON observations (check_id, seq);
  CREATE INDEX observations_by_body ON observations (body_id);

  CREATE TABLE trails (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    is_failure INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX trails_of_successes ON trails (at) WHERE is_failure = 0;

  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    check_id INTEGER NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    used_at INTEGER NOT NULL,
    UNIQUE (check_id, subject, name)
  ) STRICT;

  -- A row a look at first; the looks of an hour that is over are packed into one row.
  CREATE TABLE reading_blocks (
    check_id INTEGER NOT NULL,
    from_at INTEGER NOT NULL,
    to_at INTEGER NOT NULL,
    is_packed INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (check_id, from_at)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reading_blocks_unpacked ON reading_blocks (from_at) WHERE is_packed = 0;

  CREATE TABLE findings (
    id TEXT PRIMARY KEY,
    since INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE twin (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    received_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  `,
];
