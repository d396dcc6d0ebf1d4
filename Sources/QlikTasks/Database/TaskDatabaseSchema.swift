package import MillraceSQLite

extension SQLiteSchema {
    /// The tables that the processors of the Tasks events keep. Other tools read them: `docs/task-database.md` describes
    /// them, and what a released step made is only ever added to.
    package static let tasks = SQLiteSchema(
        // "MrTk"
        applicationID: 0x4D72_546B, kind: "one of Millrace's task databases", steps: [version1])

    /// The comments stay in the file, where `.schema` shows them.
    private static let version1 = """
        CREATE TABLE tasks (
          id TEXT NOT NULL PRIMARY KEY,
          last_event TEXT NOT NULL,          -- created, updated or deleted; deleted: the task is gone
          name TEXT NOT NULL,
          usage TEXT,
          action TEXT NOT NULL,
          status TEXT,
          enabled INTEGER,                   -- 1, 0, or NULL: not said
          owner_id TEXT NOT NULL,
          space_id TEXT,
          duration TEXT,                     -- as written
          created_at TEXT,                   -- as written
          created_by TEXT NOT NULL,
          deleted_at TEXT,                   -- as written; does not mean that the task is deleted
          updated_at TEXT,                   -- as written
          resource_id TEXT NOT NULL,
          description TEXT,
          action_params TEXT,                -- a JSON array of strings
          disabled_code TEXT,                -- does not mean that the task is disabled
          migrated_from TEXT,
          resource_type TEXT NOT NULL,
          status_details TEXT,
          tenant_id TEXT,                    -- NULL: the last event does not say
          user_id TEXT,                      -- NULL: the last event does not say
          top_level_resource_id TEXT,        -- NULL: the last event does not say
          event_source TEXT NOT NULL,
          event_id TEXT NOT NULL,
          event_time TEXT,                   -- as written; NULL: the event has none
          time_seconds INTEGER NOT NULL,     -- since 1970, of the event or else of its record
          time_nanoseconds INTEGER NOT NULL,
          record_topic TEXT NOT NULL,
          record_partition INTEGER NOT NULL,
          record_offset INTEGER NOT NULL
        );
        CREATE TABLE task_audit (
          number INTEGER PRIMARY KEY,        -- in the order in which the rows were added
          action TEXT NOT NULL,              -- created, changed, disabled, updated (not said how) or deleted
          task_id TEXT NOT NULL,
          path TEXT,                         -- what was changed: a JSON pointer from the task on
          old_value TEXT,                    -- JSON; NULL: not said
          new_value TEXT,                    -- JSON; NULL: not said
          disabled_code TEXT,                -- of an action disabled
          user_id TEXT,                      -- NULL: not said
          tenant_id TEXT,                    -- NULL: not said
          event_source TEXT NOT NULL,
          event_id TEXT NOT NULL,
          event_kind TEXT NOT NULL,          -- created, updated or deleted
          data_digest TEXT NOT NULL,         -- SHA-256 of the event's data
          position INTEGER NOT NULL,         -- of the change in its event, from 0
          event_time TEXT,                   -- as written; NULL: the event has none
          time_seconds INTEGER NOT NULL,     -- since 1970, of the event or else of its record
          time_nanoseconds INTEGER NOT NULL,
          record_topic TEXT NOT NULL,
          record_partition INTEGER NOT NULL,
          record_offset INTEGER NOT NULL,
          UNIQUE (event_source, event_id, data_digest, event_kind, position)
        );
        CREATE INDEX task_audit_by_task
          ON task_audit (task_id, time_seconds, time_nanoseconds, record_partition, record_offset, position);
        """
}
