#!/usr/bin/env python3
"""Computes from a topic what the task database must hold, and compares it row by row.

disorder-judge.py TOPIC.jsonl TASKS.db               exits 1 when a row differs, is missing, or is there for nothing
disorder-judge.py --self-test TOPIC.jsonl TASKS.db   changes one thing at a time in copies of the database and exits 1
                                                     unless each is found

TOPIC.jsonl is what `kcat -J` writes. Nothing here is Millrace's: the events are read with Python's own JSON, sorted, and
applied one after the other, the simplest way there is. The rules are those of docs/task-database.md.
"""

import datetime
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile

MEMBERS = {
    "name": "name", "usage": "usage", "action": "action", "status": "status", "owner_id": "ownerId", "space_id": "spaceId",
    "duration": "duration", "created_at": "createdAt", "created_by": "createdBy", "deleted_at": "deletedAt",
    "updated_at": "updatedAt", "resource_id": "resourceId", "description": "description", "disabled_code": "disabledCode",
    "migrated_from": "migratedFrom", "resource_type": "resourceType", "status_details": "statusDetails",
}


def instant(text, milliseconds):
    """Seconds and nanoseconds since 1970 of a time of RFC 3339, or of a record's time where there is none."""
    if text is None:
        return milliseconds // 1000, milliseconds % 1000 * 1_000_000
    whole, fraction = text[:19], ""
    rest = text[19:]
    if rest[0] == ".":
        digits = len(rest[1:]) - len(rest[1:].lstrip("0123456789"))
        fraction, rest = rest[1:1 + digits], rest[1 + digits:]
    zone = "+00:00" if rest in "Zz" else rest
    seconds = int(datetime.datetime.fromisoformat(whole + zone).timestamp())
    return seconds, int((fraction + "000000000")[:9])


def pointer(path):
    """The paths of the topic are /name, $.name, $['name'] and name."""
    return None if path is None else "/" + path.replace("$['", "").replace("']", "").replace("$.", "").lstrip("/")


class Event:
    def __init__(self, line):
        record = json.loads(line)
        self.topic, self.partition, self.offset = record["topic"], record["partition"], record["offset"]
        pairs = iter(record["headers"])
        headers = dict(zip(pairs, pairs))
        payload = record["payload"]
        if headers["content-type"].startswith("application/cloudevents"):
            attributes = json.loads(payload)
            start = payload.index('"data":') + len('"data":')
            self.data, end = json.JSONDecoder().raw_decode(payload, start)
            raw = payload[start:end]
            attributes.update(attributes.pop("extensions", {}))
            kind = attributes.get("eventType", attributes["type"])
        else:
            attributes = {name[3:]: value for name, value in headers.items() if name.startswith("ce_")}
            self.data, raw, kind = json.loads(payload), payload, attributes["type"]
        self.digest = hashlib.sha256(raw.encode()).hexdigest()
        self.kind = kind.rsplit(".", 1)[1]
        self.id, self.source, self.time = attributes["id"], attributes["source"], attributes.get("time")
        self.user, self.tenant, self.top = attributes.get("userid"), attributes.get("tenantid"), attributes.get("toplevelresourceid")
        self.seconds, self.nanoseconds = instant(self.time, record["ts"])
        self.order = (self.seconds, self.nanoseconds, self.partition, self.offset)

    def place(self):
        return {
            "time_seconds": self.seconds, "time_nanoseconds": self.nanoseconds, "record_topic": self.topic,
            "record_partition": self.partition, "record_offset": self.offset,
        }

    def state(self):
        enabled = self.data.get("enabled")
        row = {column: self.data.get(member) for column, member in MEMBERS.items()}
        row.update(
            id=self.data["id"], last_event=self.kind, enabled=None if enabled is None else int(enabled),
            action_params=self.data.get("actionParams"), tenant_id=self.tenant, user_id=self.user, top_level_resource_id=self.top,
            event_source=self.source, event_id=self.id, event_time=self.time, **self.place())
        return row

    def actions(self):
        """What the audit must say, a list of action, path, old and new value, code; a missing value is ()."""
        changes = self.data.get("_updates")
        if self.kind != "updated":
            return [(self.kind, None, (), (), None)]
        if not changes:
            return [("updated", None, (), (), None)]
        found = []
        for change in changes:
            path, new = pointer(change.get("path")), change.get("newValue", ())
            is_disabled = path == "/enabled" and (new is False or new == "false")
            found.append((
                "disabled" if is_disabled else "changed", path, change.get("oldValue", ()), new,
                self.data.get("disabledCode") if is_disabled else None))
        return found


def expected(path):
    """The rows of the inventory by id, and those of the audit by key, each with the places at which its event stands."""
    with open(path) as file:
        events = sorted((Event(line) for line in file), key=lambda event: event.order)
    inventory, audit = {}, {}
    for event in events:
        inventory[event.data["id"]] = event.state()
        for position, (action, path, old, new, code) in enumerate(event.actions()):
            row = {
                "action": action, "task_id": event.data["id"], "path": path, "old_value": old, "new_value": new, "disabled_code": code,
                "user_id": event.user, "tenant_id": event.tenant, "event_time": event.time,
            }
            key = (event.source, event.id, event.digest, event.kind, position)
            known, places = audit.setdefault(key, (row, []))
            assert known == row, "one key, two meanings"
            places.append(event.place())
    return len(events), inventory, audit


def compare(expectation, database):
    """The differences, in words."""
    _, inventory, audit = expectation
    differences = []
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row

    left = dict(inventory)
    for found in map(dict, connection.execute("SELECT * FROM tasks")):
        if found["action_params"] is not None:
            found["action_params"] = json.loads(found["action_params"])
        wanted = left.pop(found["id"], None)
        if wanted != found:
            what = "no such task" if wanted is None else {c: (wanted.get(c), found[c]) for c in found if wanted.get(c) != found[c]}
            differences.append(f"tasks {found['id']}: {what}")
    differences += [f"tasks {id}: missing" for id in left]

    left = dict(audit)
    for found in map(dict, connection.execute("SELECT * FROM task_audit")):
        key = tuple(found.pop(c) for c in ("event_source", "event_id", "data_digest", "event_kind", "position"))
        del found["number"]
        place = {c: found.pop(c) for c in ("time_seconds", "time_nanoseconds", "record_topic", "record_partition", "record_offset")}
        for column in ("old_value", "new_value"):
            found[column] = () if found[column] is None else json.loads(found[column])
        wanted, places = left.pop(key, (None, None))
        if wanted is None:
            differences.append(f"task_audit {key}: there for nothing")
        # False equals 0 in Python, and is another JSON value.
        elif repr(sorted(wanted.items())) != repr(sorted(found.items())):
            differences.append(f"task_audit {key}: { {c: (wanted[c], found[c]) for c in found if repr(wanted[c]) != repr(found[c])} }")
        elif place not in places:
            differences.append(f"task_audit {key}: no copy of its event stands at {place}")
    differences += [f"task_audit {key}: missing" for key in left]
    if connection.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
        differences.append("the file is damaged")
    connection.close()
    return differences


CHANGES = [
    "UPDATE tasks SET name = name || ' ' WHERE rowid = (SELECT max(rowid) FROM tasks)",
    "UPDATE tasks SET enabled = NULL WHERE rowid = (SELECT min(rowid) FROM tasks WHERE enabled = 1)",
    "UPDATE tasks SET last_event = 'updated' WHERE rowid = (SELECT min(rowid) FROM tasks WHERE last_event = 'deleted')",
    "UPDATE tasks SET record_offset = record_offset + 1 WHERE rowid = 1",
    "DELETE FROM tasks WHERE rowid = 2",
    "INSERT INTO tasks SELECT 'another', " + "last_event, name, usage, action, status, enabled, owner_id, space_id, duration, "
    "created_at, created_by, deleted_at, updated_at, resource_id, description, action_params, disabled_code, migrated_from, "
    "resource_type, status_details, tenant_id, user_id, top_level_resource_id, event_source, event_id, event_time, time_seconds, "
    "time_nanoseconds, record_topic, record_partition, record_offset FROM tasks WHERE rowid = 3",
    "UPDATE task_audit SET old_value = '\"other\"' WHERE number = (SELECT max(number) FROM task_audit WHERE action = 'changed')",
    "UPDATE task_audit SET new_value = 'false' WHERE number = (SELECT min(number) FROM task_audit WHERE new_value = '\"false\"')",
    "UPDATE task_audit SET action = 'changed' WHERE number = (SELECT min(number) FROM task_audit WHERE action = 'disabled')",
    "UPDATE task_audit SET record_partition = record_partition + 1000 WHERE number = 5",
    "DELETE FROM task_audit WHERE number = (SELECT max(number) FROM task_audit)",
    "UPDATE task_audit SET data_digest = 'a' || substr(data_digest, 2) WHERE number = "
    "(SELECT min(number) FROM task_audit WHERE data_digest NOT LIKE 'a%')",
]


def self_test(expectation, database):
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        for change in CHANGES:
            copy = os.path.join(folder, "tasks.db")
            shutil.copy(database, copy)
            connection = sqlite3.connect(copy)
            changed = connection.execute(change).rowcount
            connection.commit()
            connection.close()
            if changed != 1 or not compare(expectation, copy):
                missed.append(f"{change} ({changed} rows)")
    return missed


def main():
    arguments = sys.argv[1:]
    is_self_test = arguments[:1] == ["--self-test"]
    topic, database = arguments[is_self_test:]
    expectation = expected(topic)
    if is_self_test:
        missed = self_test(expectation, database)
        for change in missed:
            print(f"judge: not found: {change}")
        print(f"judge: self-test: {len(CHANGES) - len(missed)} of {len(CHANGES)} changed databases were found")
        sys.exit(1 if missed else 0)
    differences = compare(expectation, database)
    for difference in differences[:20]:
        print(f"judge: {difference[:500]}")
    records, inventory, audit = expectation
    deleted = sum(row["last_event"] == "deleted" for row in inventory.values())
    print(f"judge: {records} records; {len(inventory)} tasks, {deleted} of them deleted; {len(audit)} lines of audit; "
          f"{len(differences)} differences")
    sys.exit(1 if differences else 0)


main()
