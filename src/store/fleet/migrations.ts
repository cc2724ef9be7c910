// Every change of the collector's schema since its first release, in order. The file's user_version is the number already made.

/** Tells a collector's files from an agent's and from any other SQLite file: "UdsF". */
export const applicationId = 0x55647346;

/** Appended to, never edited: a released one has already run on somebody's machine. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- Names of checks and probes: a few dozen, in hundreds of thousands of rows.
  CREATE TABLE names (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE
  ) STRICT;

  -- One history of one node. oldest_at: none of its rows that may go ended before that; null when none may go. is_left: no target
  -- goes on with it, so that even its newest rows may go. AUTOINCREMENT: a poller that still holds a number never writes to another.
  CREATE TABLE streams (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    node_id TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    oldest_at INTEGER,
    is_left INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX streams_with_rows_to_go ON streams (oldest_at) WHERE oldest_at IS NOT NULL;

  CREATE TABLE nodes (
    target TEXT PRIMARY KEY,
    stream INTEGER,
    instance_id TEXT,
    node_id TEXT,
    run_ids TEXT NOT NULL,
    cursor INTEGER NOT NULL,
    newest_seq INTEGER NOT NULL,
    heard_at INTEGER,
    clock_offset_ms REAL,
    clock_error_ms REAL,
    revision TEXT,
    standing BLOB NOT NULL
  ) STRICT;

  -- Apart from its node, which is written far more often.
  CREATE TABLE descriptions (
    target TEXT PRIMARY KEY,
    revision TEXT,
    bytes BLOB NOT NULL
  ) STRICT;

  CREATE TABLE node_events (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    target TEXT NOT NULL,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX node_events_by_time ON node_events (at);
  CREATE INDEX node_events_by_target ON node_events (target, at);

  -- What was seen anywhere, once each; refs is the number of rows that say it. A counter, since an index of rows by body would take a
  -- third of what a row takes. AUTOINCREMENT: what is unpacked in memory goes by the number.
  CREATE TABLE bodies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    refs INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;

  -- kind: 0 observed, 1 absent, 2 unseen; SQLite gives 0 and 1 no byte. The end counts from the beginning, and the look took
  -- microseconds: both are half as long as a time or a fraction.
  CREATE TABLE observations (
    stream INTEGER NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0 AND seq < 1 << 40),
    check_id INTEGER NOT NULL,
    probe_id INTEGER NOT NULL,
    facts_version INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    body_id INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    lasted_ms INTEGER NOT NULL,
    count INTEGER NOT NULL,
    took_us INTEGER NOT NULL,
    PRIMARY KEY (stream, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX observations_by_check ON observations (stream, check_id, seq);

  -- The newest row of each check, and its newest one that is not unseen.
  CREATE TABLE heads (
    stream INTEGER NOT NULL,
    check_id INTEGER NOT NULL,
    current_seq INTEGER NOT NULL,
    seen_seq INTEGER,
    PRIMARY KEY (stream, check_id)
  ) STRICT, WITHOUT ROWID;

  -- id is stream and seq in one number, stream << 40 | seq: only a table with such a key keeps a kilobyte or two without a page of its own.
  CREATE TABLE trails (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    is_failure INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX trails_of_successes ON trails (at) WHERE is_failure = 0;

  -- Not packed, as every review of its pair reads it.
  CREATE TABLE findings (
    n INTEGER PRIMARY KEY,
    "group" TEXT NOT NULL,
    pair TEXT NOT NULL,
    id TEXT NOT NULL,
    resolved_at INTEGER,
    body TEXT NOT NULL,
    UNIQUE ("group", pair, id)
  ) STRICT;
  CREATE INDEX findings_resolved ON findings (resolved_at) WHERE resolved_at IS NOT NULL;

  CREATE TABLE finding_events (
    id INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    "group" TEXT NOT NULL,
    pair TEXT NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX finding_events_by_time ON finding_events (at);
  CREATE INDEX finding_events_by_group ON finding_events ("group", at);
  CREATE INDEX finding_events_by_pair ON finding_events ("group", pair, at);

  -- pair is null for the group as a whole.
  CREATE TABLE subjects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    "group" TEXT NOT NULL,
    pair TEXT,
    UNIQUE ("group", pair)
  ) STRICT;
  CREATE UNIQUE INDEX subjects_whole ON subjects ("group") WHERE pair IS NULL;

  -- n counts up in the order in which spans were begun, which a clock that is set makes another order than that of time.
  CREATE TABLE verdict_spans (
    subject_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    verdict TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER NOT NULL,
    is_newest INTEGER NOT NULL,
    PRIMARY KEY (subject_id, n)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX verdict_spans_ended ON verdict_spans (until_at) WHERE is_newest = 0;

  CREATE TABLE waivers (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    "group" TEXT NOT NULL,
    pair TEXT NOT NULL,
    ended_at INTEGER,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX waivers_standing ON waivers ("group", pair) WHERE ended_at IS NULL;
  CREATE INDEX waivers_ended ON waivers (ended_at) WHERE ended_at IS NOT NULL;

  -- Totals outlive the deliveries: a counter that fell with retention would look like a restart.
  CREATE TABLE channels (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    delivered INTEGER NOT NULL DEFAULT 0,
    given_up INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- done_at: when it was delivered or given up; null while it waits. AUTOINCREMENT: an answer that comes late never means another one.
  CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    "group" TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL,
    last_error TEXT,
    done_at INTEGER,
    is_given_up INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL,
    UNIQUE (channel_id, key)
  ) STRICT;
  CREATE INDEX deliveries_waiting ON deliveries (channel_id, id) WHERE done_at IS NULL;
  CREATE INDEX deliveries_done ON deliveries (done_at) WHERE done_at IS NOT NULL;

  CREATE TABLE receipts (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    "group" TEXT,
    issued_at INTEGER NOT NULL,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX receipts_by_time ON receipts (issued_at);
  CREATE INDEX receipts_by_group ON receipts ("group");
  `,
  `
  -- What was seen of each pair and what was not, from at on; ended_at: null for what stands.
  CREATE TABLE sights (
    n INTEGER PRIMARY KEY,
    "group" TEXT NOT NULL,
    pair TEXT NOT NULL,
    at INTEGER NOT NULL,
    ended_at INTEGER,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX sights_by_pair ON sights ("group", pair, at);
  CREATE UNIQUE INDEX sights_standing ON sights ("group", pair) WHERE ended_at IS NULL;
  CREATE INDEX sights_ended ON sights (ended_at) WHERE ended_at IS NOT NULL;
  `,
];
