#pragma once
#include <sqlite3.h>

/// Binds text that SQLite copies before the call returns. Its name for that is a pointer made of −1, which Swift does not
/// see.
static inline int millrace_sqlite_bind_text(sqlite3_stmt *statement, int position, const char *text, int bytes) {
    return sqlite3_bind_text(statement, position, text, bytes, SQLITE_TRANSIENT);
}

/// Lets the write-ahead log stay when the connection is closed. A function of its own because Swift sees none that takes
/// any number of arguments.
static inline void millrace_sqlite_keep_log_on_close(sqlite3 *connection) {
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}
