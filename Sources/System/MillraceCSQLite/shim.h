#pragma once
#include <sqlite3.h>

/// Binds text that SQLite copies before the call returns. Its name for that is a pointer made of −1, which Swift does not
/// see.
static inline int millrace_sqlite_bind_text(sqlite3_stmt *statement, int position, const char *text, int bytes) {
    return sqlite3_bind_text(statement, position, text, bytes, SQLITE_TRANSIENT);
}
