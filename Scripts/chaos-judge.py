#!/usr/bin/env python3
"""Compares what went into a topic with what came out of the workers, without any code of Millrace.

chaos-judge.py FOLDER        judges a run; prints what was compared; exit code 1 and the differences when it was lost or bent
chaos-judge.py --self-test   makes small runs, whole and broken in each way, and checks that it tells them apart

FOLDER holds what Scripts/chaos left there:
  manifest.tsv     sha256 of each value that was sent, whether it is `good`, `bad` or `rejected`, and the processors that get it
  source.dump      every record of the source topic, as kcat read it (DUMP_FORMAT)
  letters.dump     every record of the dead-letter topic, likewise
  *.jsonl          what the processor wrote: one record line an event
  offsets.dump     large runs: every record of __consumer_offsets
  NAME/journal     large runs: what the directed processor of a process did, a step a line, with its time
  NAME.log         large runs: the process's log, by which it is known which partitions it had when
  group.txt        the group as Kafka's own tool describes it
  workers.json     what became of each process: name, pid, how it ended, its last line on stdout where it ended by itself;
                   large runs: the seed and every fault with its times
"""

import base64
import collections
import glob
import hashlib
import json
import os
import sys
import tempfile

import history
import made_up

# For kcat -f: a line of lengths, then the bytes themselves, the headers last, and an end that no header holds.
DUMP_END = b"\x1e\x1f\n"
DUMP_FORMAT = "%p %o %T %K %S\\n%k%s%h\\x1e\\x1f\\n"

Place = collections.namedtuple("Place", "topic partition offset")
Record = collections.namedtuple("Record", "partition offset timestamp key value headers")


def dump(path):
    """The records of a dump. Null keys and values are None, headers are the bytes that kcat shows."""
    data = open(path, "rb").read()
    at = 0
    while at < len(data):
        line = data.index(b"\n", at)
        partition, offset, timestamp, key_length, value_length = map(int, data[at:line].split())
        at = line + 1
        key = None if key_length < 0 else data[at:at + key_length]
        at += max(0, key_length)
        value = None if value_length < 0 else data[at:at + value_length]
        at += max(0, value_length)
        end = data.index(DUMP_END, at)
        yield Record(partition, offset, timestamp, key, value, data[at:end])
        at = end + len(DUMP_END)


def digest(value):
    return hashlib.sha256(value or b"").hexdigest()


def header(headers, name):
    """The last value of a header, from `name=value,name=value`. None of the headers looked for holds a comma."""
    found = None
    for part in headers.split(b","):
        if part.startswith(name + b"="):
            found = part[len(name) + 1:]
    return found


class Judgement:
    def __init__(self):
        self.faults = []

    def expect(self, holds, what):
        if not holds:
            self.faults.append(what)

    def compare(self, what, expected, actual):
        """Two multisets of (place, digest): every expected one at least once, and no other."""
        missing, strange = set(expected) - set(actual), set(actual) - set(expected)
        again = sum(actual.values()) - len(actual)
        print(f"{what}: {len(expected)} expected, {len(actual)} found, {len(missing)} missing, {len(strange)} strange, {again} more than once")
        for kind, some in (("missing", missing), ("strange", strange)):
            for place, value in sorted(some)[:5]:
                self.faults.append(f"{what}: {kind}: {place.topic}-{place.partition}@{place.offset} sha256 {value[:16]}…")
            if len(some) > 5:
                self.faults.append(f"{what}: {kind}: {len(some) - 5} more")
        return again


def committed(path):
    """By topic and partition: the committed offset and the log's end. `-` where there is none."""
    rows = {}
    for line in open(path):
        words = line.split()
        if len(words) >= 6 and words[2].isdigit():
            number = lambda word: int(word) if word.isdigit() else None
            rows[(words[1], int(words[2]))] = (number(words[3]), number(words[4]))
    return rows


def judge(folder):
    result = Judgement()
    settings = json.load(open(os.path.join(folder, "workers.json")))
    topic, large = settings["topic"], "faults" in settings
    kinds = {value: (kind, processors) for value, kind, processors in (line.split() for line in open(os.path.join(folder, "manifest.tsv")))}
    expected = {"jsonl": collections.Counter(), "letters": collections.Counter()}
    ends, keys, seen, directed, rejected = collections.Counter(), {}, set(), set(), set()

    values, times = {}, []
    for record in dump(os.path.join(folder, "source.dump")):
        value = digest(record.value)
        place = Place(topic, record.partition, record.offset)
        result.expect(value in kinds, f"{place} was not sent by the producer")
        kind, processors = kinds.get(value, ("good", "jsonl"))
        seen.add(value)
        ends[(topic, record.partition)] = max(ends[(topic, record.partition)], record.offset + 1)
        times.append(record.timestamp)
        if kind != "bad":
            expected["jsonl"][(place, value)] += 1
        if kind != "good":
            expected["letters"][(place, value)] += 1
            values[place] = record
        if large:
            keys[place[1:]] = record.key
            if "directed" in processors:
                directed.add(place[1:])
            if kind == "rejected":
                rejected.add(place[1:])
    sent = collections.Counter(kind for kind, _ in kinds.values())
    result.expect(seen.issuperset(kinds), f"only {len(seen)} of {len(kinds)} events reached the topic")
    times = times or [0]
    print(f"sent: {', '.join(f'{count} {kind}' for kind, count in sorted(sent.items()))} events, to {len(ends)} partitions, "
          f"over {(max(times) - min(times)) / 1000:.1f} s")
    past = None
    if large:
        offsets = dump(os.path.join(folder, "offsets.dump"))
        past = history.History(folder, settings, keys, directed, rejected, offsets, result)
        kinds_done = collections.Counter(fault["kind"] for fault in settings["faults"])
        print(f"faults: {len(settings['faults'])} with seed {settings['seed']}: {', '.join(f'{count} {kind}' for kind, count in kinds_done.most_common())}; "
              f"{len(settings['workers'])} processes")
        result.expect(abs(settings["drift"]) < history.CLOCK_ERROR, f"the clocks drifted by {settings['drift']} ns: nothing can be said of the order")

    again = judge_lines(folder, settings, expected["jsonl"], past, result) + judge_letters(folder, settings, expected["letters"], values, past, result)
    print(f"redelivered: {again}")
    if past:
        past.judge()
    judge_offsets(folder, ends, result)
    judge_workers(settings, result)
    return result


def judge_lines(folder, settings, expected, past, result):
    """What the processor wrote."""
    written, torn, falls = collections.Counter(), 0, 0
    for path in sorted(glob.glob(os.path.join(folder, "*.jsonl"))):
        places = []
        for line in open(path, "rb"):
            try:
                fields = json.loads(line)
                value = base64.b64decode(fields["value_base64"]) if "value_base64" in fields else fields["value"].encode()
                place = Place(fields["topic"], fields["partition"], fields["offset"])
                written[(place, digest(value))] += 1
                places.append(place[1:])
            except (ValueError, KeyError, AttributeError):
                torn += 1
        if past:
            falls += past.judge_file(os.path.basename(path)[:-len(".jsonl")], places)
    again = result.compare("jsonl", expected, written)
    killed = [worker for worker in settings["workers"] if worker["ended"] in ("killed", "hung")]
    print(f"jsonl: {torn} lines cut by a kill")
    result.expect(torn <= len(killed), f"jsonl: {torn} lines cannot be read, with {len(killed)} kills")
    if past:
        print(f"jsonl: partitions began again {falls} times within a file, each with another assignment")
        past.copies["jsonl"] = collections.Counter({place[1:]: count for (place, _), count in written.items()})
    return again


def judge_letters(folder, settings, expected, values, past, result):
    letters, pointers, count = collections.Counter(), 0, settings.get("letterPartitions")
    for record in dump(os.path.join(folder, "letters.dump")):
        try:
            origin = Place(
                header(record.headers, b"millrace-origin-topic").decode(),
                int(header(record.headers, b"millrace-origin-partition")),
                int(header(record.headers, b"millrace-origin-offset")))
        except (AttributeError, ValueError):
            result.faults.append(f"letter {record.partition}@{record.offset} has no origin")
            continue
        source, value = values.get(origin), digest(record.value)
        if source:
            if past and record.headers.startswith(b"content-type=application/vnd.millrace.pointer+json,"):
                pointers += 1
                # Compared by the digests that stand in it.
                pointer = json.loads(record.value)
                value = pointer["valueSHA256"]
                result.expect(pointer["keySHA256"] == digest(source.key) and pointer["headers"] == 1 and pointer["timestamp"] == source.timestamp,
                              f"the pointer of {origin} differs in key, headers or timestamp")
            else:
                result.expect(record.headers.startswith(source.headers), f"letter of {origin} differs in headers")
            place = source.partition % count if count else source.partition
            exact = record.key == source.key and record.timestamp == source.timestamp and record.partition == place
            result.expect(exact, f"letter of {origin} differs in key, timestamp or partition")
        letters[(origin, value)] += 1
    again = result.compare("letters", expected, letters)
    if past:
        refusals = sum(1 for fault in settings["faults"] if fault.get("way") == "size")
        print(f"letters: {pointers} pointers, the topic refused sizes {refusals} times")
        result.expect(not pointers or refusals, f"{pointers} letters are pointers, though the topic refused no size")
        past.copies["letters"] = collections.Counter({place[1:]: count for (place, _), count in letters.items()})
    return again


def judge_offsets(folder, ends, result):
    offsets = committed(os.path.join(folder, "group.txt"))
    for partition, end in sorted(ends.items()):
        at, log_end = offsets.get(partition, (None, None))
        result.expect(at == end == log_end, f"committed offset of {partition} is {at}, the log ends at {end}")
    print(f"committed: {sum(1 for p, end in ends.items() if offsets.get(p, (None,))[0] == end)} of {len(ends)} partitions at the log's end")


def judge_workers(settings, result):
    balanced = 0
    for worker in settings["workers"]:
        if worker["ended"] == "killed":
            continue
        name = f"{worker['name']} (pid {worker['pid']})"
        result.expect(worker["status"] == 0, f"{name} ended with {worker['status']}")
        try:
            rows = json.loads(worker["last_line"])["partitions"]
        except (ValueError, KeyError, TypeError):
            result.faults.append(f"{name} left no identity")
            continue
        # One that was told to leave at once may have had none.
        result.expect(rows or "faults" in settings, f"{name} had no partition")
        for row in rows:
            terms = {k: row[k] for k in ("succeeded", "deadLettered", "skipped", "released", "inFlight")}
            holds = row["received"] == sum(terms.values()) and row["inFlight"] == 0
            balanced += holds
            result.expect(holds, f"{name}: {row['topic']}-{row['partition']}: received {row['received']} is not {terms}")
    print(f"identity: true for {balanced} partitions of workers that ended by themselves")


# MARK: - The judge judged

def write_run(folder, break_it):
    """A run of 40 events in 2 partitions, with one of them bent by `break_it`."""
    run = {"source": [], "letters": [], "jsonl": [], "manifest": [], "group": {}, "status": 0}
    for number in range(40):
        partition, offset = number % 2, number // 2
        value = b'{"n":%d}' % number if number % 10 else b"\xde\xad\nbad %d" % number
        key, time = b"key,%d" % number, 1700000000000 + number
        record = [partition, offset, time, key, value, b"content-type=application/cloudevents+json"]
        run["source"].append(record)
        run["manifest"].append([hashlib.sha256(value).hexdigest(), "good" if number % 10 else "bad", "jsonl"])
        if number % 10:
            run["jsonl"].append({"topic": "t", "partition": partition, "offset": offset, "value": value.decode()})
        else:
            origin = b",millrace-version=1,millrace-origin-topic=t,millrace-origin-partition=%d,millrace-origin-offset=%d"
            run["letters"].append([partition, len(run["letters"]), time, key, value, record[5] + origin % (partition, offset)])
    run["group"] = {0: 20, 1: 20}
    run["identity"] = [{"topic": "t", "partition": 0, "received": 20, "succeeded": 16, "deadLettered": 4, "skipped": 0, "released": 0, "inFlight": 0}]
    break_it(run)
    write_dumps(folder, {"source": run["source"], "letters": run["letters"]})
    with open(os.path.join(folder, "manifest.tsv"), "w") as file:
        file.writelines("\t".join(row) + "\n" for row in run["manifest"])
    with open(os.path.join(folder, "worker.jsonl"), "w") as file:
        file.writelines(line if isinstance(line, str) else json.dumps(line) + "\n" for line in run["jsonl"])
    with open(os.path.join(folder, "group.txt"), "w") as file:
        file.write("GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID\n")
        file.writelines(f"g t {partition} {offset} 20 {20 - offset if offset != '-' else '-'} - - -\n" for partition, offset in run["group"].items())
    last = json.dumps({"partitions": run["identity"]})
    workers = [{"name": "a", "pid": 1, "ended": "stopped", "status": run["status"], "last_line": last}]
    json.dump({"topic": "t", "workers": workers}, open(os.path.join(folder, "workers.json"), "w"))


def write_dumps(folder, dumps):
    for name, records in dumps.items():
        with open(os.path.join(folder, name + ".dump"), "wb") as file:
            for partition, offset, time, key, value, headers in records:
                file.write(b"%d %d %d %d %d\n" % (partition, offset, time, len(key), len(value)) + key + value + headers + DUMP_END)


def self_test():
    def bend(what, **fields):
        what.update(fields)

    cases = {
        "whole": (True, lambda run: None),
        "an event processed twice": (True, lambda run: run["jsonl"].append(dict(run["jsonl"][0]))),
        "a letter twice": (True, lambda run: run["letters"].append(run["letters"][0])),
        "an event missing": (False, lambda run: run["jsonl"].pop()),
        "a letter missing": (False, lambda run: run["letters"].pop()),
        "a good event dead-lettered": (False, lambda run: run["letters"].append(
            run["source"][1][:5] + [b"millrace-origin-topic=t,millrace-origin-partition=1,millrace-origin-offset=0"])),
        "a bad event processed": (False, lambda run: run["jsonl"].append({"topic": "t", "partition": 0, "offset": 0, "value_base64": "3q0KYmFkIDA="})),
        "a byte changed in an event": (False, lambda run: bend(run["jsonl"][3], value="{}")),
        "a byte changed in a letter": (False, lambda run: run["letters"][1].__setitem__(4, b"\xde\xae\nbad 10")),
        "another offset": (False, lambda run: bend(run["jsonl"][3], offset=999)),
        "the letter's key changed": (False, lambda run: run["letters"][1].__setitem__(3, b"key")),
        "the letter's timestamp changed": (False, lambda run: run["letters"][1].__setitem__(2, 1)),
        "the letter's headers lost": (False, lambda run: run["letters"][1].__setitem__(5, run["letters"][1][5].split(b",", 1)[1])),
        "the letter without origin": (False, lambda run: run["letters"][1].__setitem__(5, b"content-type=application/cloudevents+json")),
        "the commit short of the end": (False, lambda run: run["group"].update({1: 19})),
        "no commit": (False, lambda run: run["group"].update({1: "-"})),
        "the identity false": (False, lambda run: bend(run["identity"][0], succeeded=15)),
        "something left in flight": (False, lambda run: bend(run["identity"][0], succeeded=15, inFlight=1)),
        "a worker that failed": (False, lambda run: bend(run, status=70)),
        "a line that cannot be read": (False, lambda run: run["jsonl"].append('{"topic":"t","par\n')),
    }
    runs = [(name, passes, lambda folder, bend=bend: write_run(folder, bend)) for name, (passes, bend) in cases.items()]
    runs += [("large, " + name, passes, lambda folder, bend=bend: write_dumps(folder, made_up.write(folder, bend)))
             for name, (passes, bend) in made_up.CASES.items()]
    wrong = []
    for name, passes, write in runs:
        with tempfile.TemporaryDirectory(prefix="millrace-judge-") as folder:
            write(folder)
            out, sys.stdout = sys.stdout, open(os.devnull, "w")
            try:
                faults = judge(folder).faults
            finally:
                sys.stdout.close()
                sys.stdout = out
        if (not faults) != passes:
            wrong.append(f"{name}: {'passes' if not faults else faults}")
    print(f"chaos-judge: {len(runs) - len(wrong)} of {len(runs)} made-up runs judged rightly")
    for line in wrong:
        print("  " + line)
    return 1 if wrong else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 64
    faults = judge(sys.argv[1]).faults
    for fault in faults[:50]:
        print("FAULT " + fault)
    print(f"judgement: {'nothing was lost' if not faults else f'{len(faults)} faults'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
