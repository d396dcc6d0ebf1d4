"""A made-up large run, whole or bent, by which chaos-judge.py shows that it can fail.

Two partitions of 20 records with three keys each. worker-1-1 has partition 0, commits up to 5, does 0 to 9, and is killed at
10 s; worker-2-1 has partition 1 from the start, takes partition 0 over at 12 s from 5 on, and stops at 60 s. Offset 6 fails
once and is tried again, 7 is rejected, 10 is bad. A step takes 100 ms.
"""

import hashlib
import json
import os
import struct

CLOCK = 1_700_000_000 * 1_000_000_000  # wall less monotonic
HEADERS = b"content-type=application/cloudevents+json"


def value(partition, offset):
    return (b"\xde\xad\nbad " if offset == 10 else b"event ") + b"%d %d" % (partition, offset)


def key(offset):
    return b"key-%d" % (offset % 3)


def work(partition, offsets, began):
    """The steps of a process on a partition, one record after the other: [step, partition, offset, attempt, seconds]."""
    time, steps = began, []
    for offset in offsets:
        outcomes = {6: ["failed", "succeeded"], 7: ["failed"], 10: []}.get(offset, ["succeeded"])
        for attempt, outcome in enumerate(outcomes, 1):
            steps += [["started", partition, offset, attempt, time], [outcome, partition, offset, attempt, time + 0.1]]
            time += 0.2
    return steps


def run():
    """The whole run, as what follows writes it down."""
    made = {
        "steps": {"worker-1-1": work(0, range(10), 1.0), "worker-2-1": work(1, range(20), 1.0) + work(0, range(5, 20), 12.5)},
        "log": {"worker-1-1": [["starts", 0, 0, 0.5]], "worker-2-1": [["starts", 1, 0, 0.5], ["starts", 0, 5, 12.0], ["revoked", 0, None, 58.0], ["revoked", 1, None, 58.0]]},
        "commits": [[0, 0, 0.5], [1, 0, 0.5], [0, 5, 3.0], [1, 12, 6.0], [1, 20, 11.0], [0, 20, 50.0]],
        "jsonl": {"worker-1-1": [[0, o] for o in range(10)], "worker-2-1": [[1, o] for o in range(20) if o != 10] + [[0, o] for o in range(5, 20) if o != 10]},
        "letters": [], "faults": [{"kind": "kill", "worker": 0, "began": 9_900_000_000, "ended": 10_000_000_000}],
        "ended": {"worker-1-1": ["killed", -9, 10.0], "worker-2-1": ["stopped", 0, 60.0]},
    }
    for partition, offset in ((0, 7), (0, 7), (0, 10), (1, 7), (1, 10)):
        origin = b",millrace-version=1,millrace-origin-topic=t,millrace-origin-partition=%d,millrace-origin-offset=%d" % (partition, offset)
        made["letters"].append([partition, len(made["letters"]), 1700000000000 + offset, key(offset), value(partition, offset), HEADERS + origin])
    return made


def steps_of(made, name, partition, offset):
    return [step for step in made["steps"][name] if step[1:3] == [partition, offset]]


def move(made, name, partition, offset, seconds):
    """Does a record earlier or later."""
    for step in steps_of(made, name, partition, offset):
        step[4] += seconds
    made["steps"][name].sort(key=lambda step: step[4])


def drop(made, partition, offset):
    for steps in made["steps"].values():
        steps[:] = [step for step in steps if step[1:3] != [partition, offset]]
    for places in made["jsonl"].values():
        places[:] = [place for place in places if place != [partition, offset]]


def again(made, partition, offset, seconds):
    """worker-2-1 does a record once more."""
    made["steps"]["worker-2-1"] += [["started", partition, offset, 1, seconds], ["succeeded", partition, offset, 1, seconds + 0.1]]


def hand_over(made, fault):
    """worker-2-1's partition 1 is revoked, after 12 was committed and 15 done, and given to it again: 12 to 14 are done twice."""
    made["commits"] = [entry for entry in made["commits"] if entry[:2] != [1, 20]] + [[1, 20, 55.0]]
    made["log"]["worker-2-1"][1:1] = [["revoked", 1, None, 6.5], ["starts", 1, 12, 7.0]]
    made["log"]["worker-2-1"].sort(key=lambda line: line[3])
    keep = [step for step in made["steps"]["worker-2-1"] if step[1] == 0 or step[2] < 15]
    made["steps"]["worker-2-1"] = sorted(keep + work(1, range(12, 20), 7.5), key=lambda step: step[4])
    made["jsonl"]["worker-2-1"] = [[1, o] for o in [*range(15), *range(12, 20)] if o != 10] + [[0, o] for o in range(5, 20) if o != 10]
    if fault:
        made["faults"].append({"kind": fault, "where": "worker", "worker": 1, "began": 6_000_000_000, "ended": 6_400_000_000})


def point(made, refused):
    """A letter that is a pointer."""
    letter = made["letters"][-1]
    letter[4] = json.dumps({"keySHA256": hashlib.sha256(letter[3]).hexdigest(), "valueSHA256": hashlib.sha256(value(1, 10)).hexdigest(),
                            "headers": 1, "timestamp": letter[2]}).encode()
    letter[5] = b"content-type=application/vnd.millrace.pointer+json" + letter[5][len(HEADERS):]
    if refused:
        made["faults"].append({"kind": "letters", "way": "size", "began": 20_000_000_000, "ended": 21_000_000_000})


def change(made, letter, part, bytes):
    made["letters"][letter][part] = bytes


# By name: whether the judge must take it, and what is bent.
CASES = {
    "whole": (True, lambda made: None),
    "repeats after a disturbed revocation": (True, lambda made: hand_over(made, "stall")),
    "repeats after a revocation that gave back work of one processor": (True, lambda made: [hand_over(made, None), made["jsonl"]["worker-2-1"].remove([1, 12])]),
    "a pointer after sizes were refused": (True, lambda made: point(made, True)),
    "a key's records reordered in one process": (False, lambda made: move(made, "worker-2-1", 1, 12, 1.3)),
    "a key's record begun before the one before it ended": (False, lambda made: move(made, "worker-2-1", 1, 15, -0.55)),
    "a key's record begun elsewhere before the one before it was settled": (False, lambda made: [
        made["steps"]["worker-1-1"].__setitem__(slice(None), [s for s in made["steps"]["worker-1-1"] if s[2] != 3]),
        made["steps"]["worker-2-1"].extend(work(0, [3], 12.1)), made["steps"]["worker-2-1"].sort(key=lambda s: s[4])]),
    "a failed record not tried again before the next of its key": (False, lambda made: made["steps"]["worker-2-1"].remove(["succeeded", 1, 6, 2, steps_of(made, "worker-2-1", 1, 6)[-1][4]])),
    "an event lost": (False, lambda made: drop(made, 1, 13)),
    "an event lost by one of two processors": (False, lambda made: made["jsonl"]["worker-2-1"].remove([1, 13])),
    "an event done twice in one assignment": (False, lambda made: again(made, 1, 19, 20)),
    "events done again after an undisturbed revocation": (False, lambda made: hand_over(made, None)),
    "events done again after another worker's stall": (False, lambda made: [hand_over(made, "stall"), made["faults"][-1].update(worker=4)]),
    "a line twice that nothing explains": (False, lambda made: made["jsonl"]["worker-2-1"].append([1, 19])),
    "a letter twice that nothing explains": (False, lambda made: made["letters"].append(made["letters"][3])),
    "a letter's bytes changed": (False, lambda made: change(made, 2, 4, b"\xde\xad\nbad 0 11")),
    "a letter's key changed": (False, lambda made: change(made, 2, 3, b"key")),
    "a rejected event without its letter": (False, lambda made: made["letters"].pop(3)),
    "a pointer without a refusal": (False, lambda made: point(made, False)),
    "a commit past an unsettled record": (False, lambda made: made["commits"].insert(3, [1, 12, 2.0])),
    "a commit behind an earlier one": (False, lambda made: made["commits"].append([0, 5, 51.0])),
    "an assignment that starts behind what was committed": (False, lambda made: made["log"]["worker-2-1"][1].__setitem__(2, 6)),
    "work before the assignment": (False, lambda made: made["log"]["worker-2-1"][0].__setitem__(3, 1.5)),
    "work begun after the revocation": (False, lambda made: again(made, 1, 19, 59)),
    "a process that ended by itself": (False, lambda made: made["ended"].update({"worker-2-1": ["failed", 70, 60.0]})),
    "a process that did not end": (False, lambda made: made["ended"].update({"worker-2-1": ["hung", -9, 60.0]})),
}


def write(folder, bend):
    """Writes a run down as Scripts/chaos leaves one, and returns dumps' records for the judge to write."""
    made = run()
    bend(made)
    manifest = []
    source = []
    for partition in range(2):
        for offset in range(20):
            kind = {7: "rejected", 10: "bad"}.get(offset, "good")
            manifest.append((hashlib.sha256(value(partition, offset)).hexdigest(), kind, "-" if kind == "bad" else "jsonl,directed"))
            source.append([partition, offset, 1700000000000 + offset, key(offset), value(partition, offset), HEADERS])
    with open(os.path.join(folder, "manifest.tsv"), "w") as file:
        file.writelines("\t".join(row) + "\n" for row in manifest)
    workers = []
    for name, (ended, status, at) in made["ended"].items():
        os.mkdir(os.path.join(folder, name))
        with open(os.path.join(folder, name, "journal"), "w") as file:
            file.writelines(f"{step} directed {partition} {offset} {attempt} {round(time * 1e9)} 1 9\n" for step, partition, offset, attempt, time in made["steps"][name])
        with open(os.path.join(folder, name + ".jsonl"), "w") as file:
            file.writelines(json.dumps({"topic": "t", "partition": p, "offset": o, "value": value(p, o).decode()}) + "\n" for p, o in made["jsonl"][name])
        with open(os.path.join(folder, name + ".log"), "w") as file:
            for epoch, (what, partition, offset, time) in enumerate(made["log"][name], 1):
                line = {"time": f"2023-11-14T22:13:{20 + int(time):02d}.{round(time % 1 * 1000):03d}Z"} if time < 40 else {"time": f"2023-11-14T22:14:{int(time) - 40:02d}.000Z"}
                line |= {"message": "partition starts", "partition": partition, "offset": offset, "epoch": epoch} if what == "starts" else {"message": "partitions revoked", "partitions": str(partition)}
                file.write(json.dumps(line) + "\n")
        rows = [{"topic": "t", "partition": 1, "received": 20, "succeeded": 18, "deadLettered": 2, "skipped": 0, "released": 0, "inFlight": 0}]
        workers.append({"name": name, "pid": 1, "began": 0, "ended": ended, "at": round(at * 1e9), "status": status, "last_line": json.dumps({"partitions": rows})})
    with open(os.path.join(folder, "group.txt"), "w") as file:
        file.writelines(f"g t {partition} 20 20 0 - - -\n" for partition in range(2))
    with open(os.path.join(folder, "workers.json"), "w") as file:
        json.dump({"topic": "t", "group": "g", "seed": 0, "letterPartitions": 2, "clock": CLOCK, "drift": 0, "workers": workers, "faults": made["faults"]}, file)
    offsets = []
    for partition, offset, time in made["commits"]:
        name = struct.pack(">h", 1) + b"\0\x01g\0\x01t" + struct.pack(">i", partition)
        body = struct.pack(">hqi", 3, offset, -1) + b"\0\x02{}" + struct.pack(">q", round(time * 1000) + CLOCK // 1_000_000)
        offsets.append([0, len(offsets), 0, name, body, b""])
    return {"source": source, "letters": made["letters"], "offsets": offsets}
