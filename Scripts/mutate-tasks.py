#!/usr/bin/env python3
"""Tasks events with one thing changed in each, and where every one of them must end.

    Scripts/mutate-tasks.py records [--seed N] [--count N]          record lines, as `millrace produce` takes them
    Scripts/mutate-tasks.py expect [--seed N] [--count N]           the expectations, one JSON object a line, same order
    Scripts/mutate-tasks.py check PROFILE [--seed N] [--count N]    reads what `millrace explain --profile PROFILE`
                                                                    answered for those records, and says what differs

One seed always makes the same lines. Every kind of mutation occurs, whatever the count, which is at least the number of
kinds. What must come of each is computed here, from the documentation of the events, and knows nothing of Millrace.
"""
import argparse
import json
import random
import re
import sys

REQUIRED = ["id", "name", "action", "ownerId", "createdBy", "resourceId", "resourceType"]
LISTED = {
    "usage": ["ANALYTICS", "DATA_PREPARATION", "DATAFLOW_PREP", "SINGLE_TABLE_PREP"],
    "status": ["succeeded", "failed", "aborted"],
    "disabledCode": ["MANUALLY", "CONSECUTIVE-FAILURES", "APP-SCRIPT-UPDATED", "OWNER-DELETED", "OWNER-DISABLED"],
    "resourceType": ["app"],
}
STRINGS = [
    "id", "name", "usage", "action", "status", "ownerId", "spaceId", "duration", "createdAt", "createdBy", "deletedAt",
    "updatedAt", "resourceId", "description", "disabledCode", "migratedFrom", "resourceType", "statusDetails",
]
MEMBERS = STRINGS + ["enabled", "actionParams", "_updates"]
KINDS = ["created", "updated", "deleted"]
DURATION = re.compile(
    r"P(?:\d+(?:[.,]\d+)?W|(?=.)(?:\d+(?:[.,]\d+)?Y)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?D)?"
    r"(?:T(?=.)(?:\d+(?:[.,]\d+)?H)?(?:\d+(?:[.,]\d+)?M)?(?:\d+(?:[.,]\d+)?S)?)?)", re.ASCII)
FRACTION_NOT_LAST = re.compile(r"[.,]\d+[A-Z]+\d|[.,]\d+[A-Z]T")


class Text:
    """JSON text that stands as it is, where Python would write other text or none."""

    def __init__(self, text):
        self.text = text


def dump(value):
    """JSON text; objects are lists of pairs, so that a name may stand twice."""
    if isinstance(value, Text):
        return value.text
    if isinstance(value, Members):
        return "{" + ",".join(json.dumps(name) + ":" + dump(item) for name, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)


class Members(list):
    """An object: pairs of a name and a value, in order."""

    def get(self, name):
        """The last value of that name, as most readers take it; None if there is none."""
        return next((value for other, value in reversed(self) if other == name), None)

    def put(self, name, value):
        for index, (other, _) in enumerate(self):
            if other == name:
                self[index] = (name, value)
                return
        self.append((name, value))

    def remove_all(self, name):
        self[:] = [pair for pair in self if pair[0] != name]


def kind_of(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, Members) else "array"


class Invalid(Exception):
    def __init__(self, pointer, expected, actual):
        super().__init__(pointer)
        self.error = {
            "reason": "invalidData:" + pointer, "pointer": pointer, "expected": expected, "actual": actual,
        }


def need(value, pointer, expected):
    if kind_of(value) != expected:
        raise Invalid(pointer, expected, kind_of(value))


def is_duration(text):
    return bool(DURATION.fullmatch(text)) and not FRACTION_NOT_LAST.search(text)


def judge_data(data, kind):
    """The tolerances of reading the data, and the state that is read; raises Invalid."""
    need(data, "/data", "object")
    changed_values = []
    for name, value in data:
        pointer = "/data/" + name
        if value is None:
            continue
        if name in STRINGS:
            need(value, pointer, "string")
        elif name == "enabled":
            need(value, pointer, "boolean")
        elif name == "actionParams":
            need(value, pointer, "array")
            for index, item in enumerate(value):
                need(item, "%s/%d" % (pointer, index), "string")
        elif name == "_updates":
            need(value, pointer, "array")
            changed_values = []
            for index, item in enumerate(value):
                need(item, "%s/%d" % (pointer, index), "object")
                for member, inner in item:
                    place = "%s/%d/%s" % (pointer, index, member)
                    if member == "path" and inner is not None:
                        need(inner, place, "string")
                    if member in ("newValue", "oldValue") and kind_of(inner) not in ("string", "null"):
                        changed_values.append("nonStringChangeValue:" + place)
    names = [name for name, _ in data]
    for name in REQUIRED:
        if data.get(name) is None:
            raise Invalid("/data/" + name, "string", "null" if name in names else "nothing")
    tolerated = []
    for name in LISTED:
        if data.get(name) is not None and data.get(name) not in LISTED[name]:
            tolerated.append("unknownEnum:/data/" + name)
    if data.get("duration") is not None and not is_duration(data.get("duration")):
        tolerated.append("invalidDuration:/data/duration")
    if kind != "deleted" and data.get("deletedAt"):
        tolerated.append("contradictoryDeletedAt")
    if data.get("_updates") is not None:
        tolerated += changed_values
    state = {name: data.get(name) for name in MEMBERS if data.get(name) is not None}
    return tolerated, state


class Event:
    """An event before it is written: attributes, data, how it is carried, and what its envelope must come to."""

    def __init__(self, random_source):
        self.random = random_source
        self.kind = random_source.choice(KINDS)
        self.binary = random_source.random() < 0.3
        self.documented = not self.binary and random_source.random() < 0.3
        self.data = self.task()
        self.has_data = True
        # Written in place of the data, with what must come of it: an error, or None where `data` says it all.
        self.data_text = None
        self.data_error = None
        self.envelope_fault = None
        self.tolerated = []
        self.name = "nothing"
        # Written around the data.
        self.spaced = False
        self.ascii = random_source.random() < 0.5

    def guid(self):
        return "%08x-0000-4000-8000-%012x" % (self.random.getrandbits(32), self.random.getrandbits(48))

    def time(self):
        return "2025-%02d-%02dT%02d:00:00Z" % (
            self.random.randint(1, 12), self.random.randint(1, 28), self.random.randint(0, 23))

    def task(self):
        pick = self.random.choice
        data = Members([
            ("id", self.guid()), ("name", pick(["Nightly reload", "Täglicher Reload", "毎日の更新", "a \"b\" \\ c\n"])),
            ("action", pick(["RELOAD_APP", "RUN_AUTOMATION"])), ("ownerId", self.guid()), ("createdBy", self.guid()),
            ("resourceId", self.guid()), ("resourceType", "app"),
        ])
        optional = [
            ("usage", pick(LISTED["usage"])), ("status", pick(LISTED["status"])), ("enabled", pick([True, False])),
            ("spaceId", self.guid()), ("duration", pick(["PT1M2.5S", "PT0S", "P1DT2H", "P2W"])),
            ("createdAt", self.time()), ("updatedAt", self.time()), ("description", "What it is for."),
            ("actionParams", pick([[], ["full"], ["a=1", "b\t2", ""]])),
            ("disabledCode", pick(LISTED["disabledCode"])), ("migratedFrom", pick(["", self.guid()])),
            ("statusDetails", "reload %d" % self.random.randint(1, 9)),
        ]
        data += [pair for pair in optional if self.random.random() < 0.7]
        if self.kind == "deleted":
            data.append(("deletedAt", self.time()))
        if self.kind == "updated":
            data.append(("_updates", [
                self.change(pick(["/name", "/ownerId", "/enabled"])) for _ in range(self.random.randint(0, 3))
            ]))
        self.random.shuffle(data)
        return data

    def change(self, path, new="after", old="before"):
        return Members([("path", path), ("newValue", new), ("oldValue", old)])

    # Writing

    def data_json(self):
        text = self.data_text if self.data_text is not None else dump(self.data)
        if self.data_text is None and self.ascii:
            text = "".join(
                c if ord(c) < 128 else "".join(
                    "\\u%04x" % int.from_bytes(c.encode("utf-16-be")[i:i + 2], "big")
                    for i in range(0, len(c.encode("utf-16-be")), 2))
                for c in text)
        if self.spaced:
            text = re.sub(r'("(?:[^"\\]|\\.)*")|([{}\[\]:,])', lambda m: m[1] or " \n%s\t" % m[2], text)
        return text

    def canonical(self):
        return "com.qlik.scheduling.task." + self.kind

    def record(self, number):
        key = self.data.get("id") if isinstance(self.data, Members) else None
        line = {"key": key if isinstance(key, str) else None}
        if self.binary:
            line["headers"] = [
                ["ce_specversion", "1.0"], ["ce_id", str(number)], ["ce_source", "com.qlik/scheduling"],
                ["ce_type", self.canonical()], ["content-type", "application/json"], ["ce_tenantid", "t1"],
            ]
            line["value"] = self.data_json() if self.has_data else None
            return line
        members = [
            ("id", str(number)), ("time", "2025-03-01T12:00:00Z"), ("source", "com.qlik/scheduling"), ("specversion", "1.0"),
        ]
        if self.documented:
            members += [("type", "com.qlik.scheduling.tasks.created"), ("datacontenttype", "string"),
                        ("eventType", self.canonical())]
            if self.kind != "updated":
                members.append(("extensions", Members([("userid", "u1"), ("tenantid", "t1")])))
        else:
            members += [("type", self.canonical()), ("tenantid", "t1")]
        if self.has_data:
            members.append(("data", Text(self.data_json())))
        line["headers"] = [["content-type", "application/cloudevents+json"]]
        line["value"] = dump(Members(members))
        return line

    # What must come of it

    def expectation(self, number, profile):
        answer = {"record": number, "mutation": self.name, "profile": profile}
        fault = self.envelope_fault if not self.binary else None
        if fault:
            return answer | {"outcome": "deadLetter", "reason": fault, "data": None}
        if self.documented and profile == "strict":
            # Which of the quirks is met first is not laid down.
            return answer | {"outcome": "deadLetter", "reason": "inv*", "data": None}
        tolerated = list(self.tolerated)
        if self.documented:
            tolerated += ["placeholderMediaType", "legacyAttribute:eventType"]
            # An alias beside `eventType` is decided by the latter, also where both say the same.
            tolerated.append("typeByEventType")
            if self.kind != "updated":
                tolerated.append("liftedExtensions")
        error, state = self.data_error, None
        if error is None:
            try:
                more, state = judge_data(self.data, self.kind)
                tolerated += more
            except Invalid as invalid:
                error = invalid.error
        if error:
            return answer | {"outcome": "deadLetter", "reason": error["reason"], "data": {"error": error}}
        return answer | {"outcome": "route", "reason": None, "tolerated": sorted(tolerated), "data": {"typed": plain(state)}}


def plain(value):
    """As the answer has it: the paths of changes as pointers, unknown members of changes left out."""
    state = dict(value)
    if "_updates" in state:
        changes = []
        for change in state["_updates"]:
            item = {}
            for name, inner in change:
                if name in ("path", "newValue", "oldValue"):
                    item[name] = to_plain(inner)
            if item.get("path", 0) is None:
                del item["path"]
            elif "path" in item:
                item["path"] = pointer_of(item["path"])
            changes.append(item)
        state["_updates"] = changes
    return state


def to_plain(value):
    if isinstance(value, Members):
        return {name: to_plain(item) for name, item in value}
    return [to_plain(item) for item in value] if isinstance(value, list) else value


# The paths that are used here, and the pointer that each stands for.
PATHS = {
    "/name": "/name", "/ownerId": "/ownerId", "/enabled": "/enabled", "$.enabled": "/enabled", "enabled": "/enabled",
    "$['spaceId']": "/spaceId", "/actionParams/0": "/actionParams/0", "$.actionParams[0]": "/actionParams/0",
    "actionParams[1]": "/actionParams/1", "": "", "$": "", "string": "/string",
}


def pointer_of(path):
    return PATHS[path]


# The mutations. Each takes an event, changes one thing, and names it.

WRONG = {
    "string": [7, True, ["a"], Members([("a", "b")])],
    "boolean": ["true", "false", 1, 0, ["true"], Members()],
    "array": ["a", 7, False, Members([("0", "a")])],
}


def type_of(name):
    return "boolean" if name == "enabled" else "array" if name in ("actionParams", "_updates") else "string"


def wrong_type(name):
    def mutate(event):
        event.data.put(name, event.random.choice(WRONG[type_of(name)]))
    return "wrong type: " + name, mutate


def missing(name):
    return "missing: " + name, lambda event: event.data.remove_all(name)


def null(name):
    return "null: " + name, lambda event: event.data.put(name, None)


def empty(name):
    return "empty: " + name, lambda event: event.data.put(name, [] if type_of(name) == "array" else "")


def twice(name):
    def mutate(event):
        value = event.random.choice([None, True, "twice", ["twice"], []])
        event.data.append((name, value))
    return "twice: " + name, mutate


def unlisted(name):
    def mutate(event):
        value = event.random.choice(LISTED[name])
        other = event.random.choice([value.swapcase(), value + " ", value[:-1], "other", "\u212a", value + "\u0301"])
        event.data.put(name, other)
    return "unlisted: " + name, mutate


def put(label, name, values):
    return label, lambda event: event.data.put(name, event.random.choice(values))


def change(label, values):
    def mutate(event):
        value = event.random.choice(values)
        if isinstance(value, Members):
            changes = list(event.data.get("_updates") or [])
            changes.insert(event.random.randint(0, len(changes)), value)
            value = changes
        event.data.put("_updates", value)
    return label, mutate


def whole(label, text, error, has_data=True):
    """The data as a whole replaced by that text, of which that must come."""
    def mutate(event):
        event.data_text, event.data_error, event.has_data = text, error, has_data
    return label, mutate


def data_error(reason, expected=None, actual="*"):
    return {"reason": reason, "pointer": None, "expected": expected, "actual": actual}


def not_an_object(text, actual):
    return whole("data: " + text, text, {
        "reason": "invalidData:/data", "pointer": "/data", "expected": "object", "actual": actual})


def broken(label, text, envelope_fault):
    """Text that is no JSON: of the document in structured mode, of the data in binary mode."""
    def mutate(event):
        event.data_text = text
        event.data_error = data_error("dataSyntax", "JSON")
        event.envelope_fault = envelope_fault
    return label, mutate


def double_encoded(event):
    event.data_text = json.dumps(event.data_json())
    event.data_error = data_error("doubleEncoded", "object")


def unknown_member(event):
    name = event.random.choice(["unknown", "Id", "ENABLED", "statusDetail", "", "_update", "größe", "path"])
    event.data.insert(event.random.randint(0, len(event.data)), (name, event.random.choice(
        [None, 1e300, [[[]]], Members([("id", 5), ("enabled", "no")]), "x"])))


def escaped_name(event):
    text = dump(event.data)
    event.data_text = text.replace('"id":', '"\\u0069d":', 1).replace('"ownerId":', '"owner\\u0049\\u0064":', 1)
    event.data_error = None


def spaced(event):
    event.spaced = True


def no_data(event):
    event.has_data = False
    event.data_error = data_error("dataMissing", "data", "nothing")


MUTATIONS = (
    [wrong_type(name) for name in MEMBERS] + [missing(name) for name in MEMBERS] + [null(name) for name in MEMBERS]
    + [empty(name) for name in MEMBERS if name != "enabled"] + [twice(name) for name in MEMBERS]
    + [unlisted(name) for name in LISTED]
    + [
        ("nothing", lambda event: None),
        put("duration that is none", "duration", [
            "string", "P", "PT", "1 minute", "PT1.5M1S", "pt1s", "PT1S1M", "-PT1S", "62", "P1W1D", "PT1D", "P1S",
        ]),
        put("duration", "duration", [
            "P1Y2M3DT4H5M6S", "PT0.5S", "PT1,5M", "P0D", "P3W", "PT36H", "P0.5D", "PT99999999999999999999S",
        ]),
        put("times of any text", "createdAt", ["yesterday", "2018-02-30T00:00:00Z", "2018-10-30 07:06:22", "0"]),
        put("time of deletion", "deletedAt", ["2018-10-30T07:06:22Z", "never"]),
        put("disabled code of an enabled task", "enabled", [True]),
        put("parameters", "actionParams", [["\u0000", "ü", "\"", "\\"], [""] * 50]),
        put("a parameter that is no string", "actionParams", [["a", 1], [None], ["a", ["b"]], [Members()], ["a", "b", False]]),
        put("ids of other forms", "id", ["65f1c0de65f1c0de65f1c0de", "x" * 32, "ä", " "]),
        put("a long name", "name", ["n" * 70_000, "ö" * 5_000]),
        change("changes missing", [None]), change("no changes", [[]]),
        change("a change's path", [Members([("path", path), ("newValue", "a")]) for path in PATHS]),
        change("a change without a path", [Members(), Members([("path", None)]), Members([("newValue", "a")])]),
        change("a change's path of another type", [
            Members([("path", value)]) for value in (7, True, ["a"], Members())
        ]),
        change("a change's value of another type", [
            Members([("path", "/enabled"), (name, value)]) for name in ("newValue", "oldValue")
            for value in (True, 0, -1.5, [], ["a", Members([("b", None)])], Members([("a", "b c")]))
        ]),
        change("a change's value null", [Members([("path", "/enabled"), ("newValue", None), ("oldValue", "a")])]),
        change("a change with unknown members", [Members([("path", "/name"), ("by", Members([("path", 1)]))])]),
        change("a change that is no object", [["/name"], [None], [Members(), 7], [[]]]),
        ("a member that is not documented", unknown_member),
        ("names with escapes", escaped_name),
        ("white space everywhere", spaced),
        ("data encoded twice", double_encoded),
        ("no data", no_data),
        whole("data null", "null", data_error("dataNull", None, "null")),
        not_an_object("[]", "array"), not_an_object("7", "number"), not_an_object('"text"', "string"),
        not_an_object("true", "boolean"),
        whole("data without members", "{}", {
            "reason": "invalidData:/data/id", "pointer": "/data/id", "expected": "string", "actual": "nothing"}),
        broken("trailing comma", '{"id":"a",}', "jsonSyntax"),
        broken("a name without quotes", '{id:"a"}', "jsonSyntax"),
        broken("NaN", '{"id":NaN}', "jsonSyntax"),
        broken("half a surrogate pair", '{"id":"\\ud800"}', "jsonSyntax"),
        broken("a control character", '{"id":"a\tb"}', "jsonSyntax"),
    ]
)


def events(seed, count):
    """Each kind of mutation once, then kinds by chance."""
    if count < len(MUTATIONS):
        sys.exit("mutate-tasks: there are %d kinds of mutations; --count must be at least that" % len(MUTATIONS))
    source = random.Random(seed)
    for index in range(count):
        event = Event(source)
        event.name, mutate = MUTATIONS[index] if index < len(MUTATIONS) else source.choice(MUTATIONS)
        mutate(event)
        yield event


# Comparing


def differences(expected, answer):
    """What an answer of `explain` says otherwise."""
    found = []
    if answer.get("outcome") != expected["outcome"]:
        found.append("outcome %s, not %s" % (answer.get("outcome"), expected["outcome"]))
    reason = answer.get("reason")
    wanted = expected["reason"]
    if reason != wanted and not (wanted and wanted.endswith("*") and str(reason).startswith(wanted[:-1])):
        found.append("reason %s, not %s" % (reason, wanted))
    if "tolerated" in expected and sorted(answer.get("tolerated") or []) != expected["tolerated"]:
        found.append("tolerated %s, not %s" % (answer.get("tolerated"), expected["tolerated"]))
    data = answer.get("data")
    if expected["data"] is None or "typed" in expected["data"]:
        if data != expected["data"]:
            found.append("data %s, not %s" % (str(data)[:300], str(expected["data"])[:300]))
    else:
        wanted = expected["data"]["error"]
        error = (data or {}).get("error") or {}
        for name in ("reason", "pointer", "expected", "actual"):
            if wanted[name] != "*" and error.get(name) != wanted[name]:
                found.append("%s %s, not %s" % (name, error.get(name), wanted[name]))
    return found


def check(arguments, all_events):
    wrong = 0
    answers = sys.stdin.read().splitlines()
    if len(answers) != len(all_events):
        sys.exit("mutate-tasks: %d answers for %d records" % (len(answers), len(all_events)))
    for number, (event, line) in enumerate(zip(all_events, answers)):
        expected = event.expectation(number, arguments.profile)
        found = differences(expected, json.loads(line))
        if found:
            wrong += 1
            print("%d, %s, %s: %s" % (number, event.name, arguments.profile, "; ".join(found)))
    counts = {}
    for number, event in enumerate(all_events):
        outcome = event.expectation(number, arguments.profile)
        key = (outcome["reason"] or "read").split(":")[0]
        counts[key] = counts.get(key, 0) + 1
    print("%s: %d of %d as expected (%s)" % (
        arguments.profile, len(all_events) - wrong, len(all_events),
        ", ".join("%s %d" % item for item in sorted(counts.items(), key=lambda item: -item[1]))))
    sys.exit(1 if wrong else 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["records", "expect", "check"])
    parser.add_argument("profile", nargs="?", choices=["strict", "qlik"], default="qlik")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    arguments = parser.parse_args()
    all_events = list(events(arguments.seed, arguments.count))
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdin.reconfigure(encoding="utf-8")
    if arguments.action == "check":
        check(arguments, all_events)
    for number, event in enumerate(all_events):
        if arguments.action == "records":
            print(json.dumps(event.record(number)))
        else:
            for profile in ("strict", "qlik"):
                print(json.dumps(event.expectation(number, profile)))


if __name__ == "__main__":
    main()
