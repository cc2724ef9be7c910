// Parameters behind a cast, for statements that are run again and again.

/**
 * SQLite built for statistics (STAT4, as better-sqlite3's is) plans a statement anew whenever a bare parameter is bound that could have a
 * say in its plan: in a join, or beside a partial index. That takes 25 to 90 µs, measured, where the seeks take two. It does not look
 * behind a cast.
 */
export const number = 'CAST(? AS INTEGER)';
export const text = 'CAST(? AS TEXT)';
