#!/usr/bin/env python3
"""Compares a task inventory and its audit with what the events that were sent say.

    compose-judge.py EVENTS INVENTORY AUDIT

EVENTS     record lines, as `produce --raw` takes them; they may have been sent any number of times
INVENTORY  what `millrace tasks --deleted --json` printed
AUDIT      what `millrace tasks history ID --json` printed for each task, one after the other

Computed here from the events alone: the last event of each task by its time, and what each event changed. Every
difference is printed; exits 1 when there is any, or when the events say nothing.
"""

import json
import sys

KINDS = {f"com.qlik.scheduling.task.{kind}": kind for kind in ("created", "updated", "deleted")}
MEMBERS = ("name usage action status enabled ownerId spaceId duration createdAt createdBy deletedAt updatedAt resourceId"
           " description actionParams disabledCode migratedFrom resourceType statusDetails").split()


def read(line):
    """The attributes and the data of an event; nothing for a record that is none."""
    record = json.loads(line)
    try:
        value = json.loads(record["value"])
    except (KeyError, ValueError):
        return None
    headers = dict(record["headers"])
    if "ce_id" in headers:
        return {name[3:]: text for name, text in headers.items() if name.startswith("ce_")}, value
    attributes = {name: part for name, part in value.items() if name not in ("data", "extensions")}
    if value["specversion"] != "1.0":
        return None
    # The envelope that Qlik documents: `type` is a name for all three kinds there, and who did it stands deeper.
    attributes["type"] = value.get("eventType", value["type"])
    attributes.update(value.get("extensions", {}))
    return attributes, value["data"]


def row(attributes, data):
    """What the inventory should say after this event."""
    return {"id": data["id"], "lastEvent": KINDS[attributes["type"]], **{name: data.get(name) for name in MEMBERS},
            "tenantId": attributes.get("tenantid"), "userId": attributes.get("userid"),
            "topLevelResourceId": attributes.get("toplevelresourceid"), "eventSource": attributes["source"],
            "eventId": attributes["id"], "eventTime": attributes["time"], "topic": "qlik.tasks"}


def changes(attributes, data):
    """What the audit should say of this event."""
    kind, by = KINDS[attributes["type"]], (attributes.get("userid"), attributes["id"], attributes["time"])
    if kind != "updated":
        return [(data["id"], kind, None, None, None, None, *by)]
    found = []
    for change in data["_updates"]:
        disabled = change["path"] == "/enabled" and change["newValue"] == "false"
        found.append((data["id"], "disabled" if disabled else "changed", change["path"], change["oldValue"],
                      change["newValue"], data.get("disabledCode") if disabled else None, *by))
    return found


def arrays(text):
    """The elements of JSON arrays that stand one after the other."""
    decoder, at = json.JSONDecoder(), 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        elements, at = decoder.raw_decode(text, at)
        yield from elements


def main():
    events, inventory, audit = (open(path, encoding="utf-8").read() for path in sys.argv[1:4])
    said = [event for event in map(read, events.splitlines()) if event and event[0]["type"] in KINDS]
    # The times of these events are all in UTC and equally long, so their order is that of the texts.
    said.sort(key=lambda event: event[0]["time"])
    expected = {data["id"]: row(attributes, data) for attributes, data in said}
    found = {task["id"]: task for task in arrays(inventory)}
    faults = [f"task {task}: {'missing' if task in expected else 'not expected'}"
              for task in expected.keys() ^ found.keys()]
    for task in sorted(expected.keys() & found.keys()):
        faults += [f"task {task}: {name} is {found[task].get(name)!r}, not {value!r}"
                   for name, value in expected[task].items() if found[task].get(name) != value]

    expected_changes = sorted((change for event in said for change in changes(*event)), key=repr)
    columns = "taskId action path oldValue newValue disabledCode userId eventId eventTime".split()
    found_changes = sorted((tuple(line.get(name) for name in columns) for line in arrays(audit)), key=repr)
    if found_changes != expected_changes:
        faults += [f"audit: {change} is {'missing' if change in expected_changes else 'not expected'}"
                   for change in set(expected_changes) ^ set(found_changes)] or ["audit: lines are there more than once"]
    for fault in faults or ([] if said else ["the events say nothing"]):
        print(fault)
    deleted = sum(task["lastEvent"] == "deleted" for task in expected.values())
    print(f"{len(expected)} tasks, {deleted} of them deleted, {len(expected_changes)} audit lines from {len(said)} events:"
          f" {len(faults)} differences")
    sys.exit(1 if faults or not said else 0)


main()
