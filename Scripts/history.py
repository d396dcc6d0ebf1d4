"""Who owned which partition when, what was done meanwhile, and what was committed: the rules of `Scripts/chaos --large`.

Times are nanoseconds of the machine's monotonic clock. From the workers' logs only ownership is taken; what was done stands
in their processors' journals, what was committed in the brokers' own topic.
"""

import bisect
import collections
import datetime
import json
import os
import struct

MILLISECOND = 1_000_000
SECOND = 1_000 * MILLISECOND
CLOCK_ERROR = 5 * MILLISECOND  # between times that are rounded to milliseconds
AFTERMATH = 15 * SECOND  # how long after a fault a revocation may still be its consequence


class Assignment:
    """One ownership of one partition by one process."""

    def __init__(self, process, partition, epoch, start, began):
        self.process, self.partition, self.epoch, self.start, self.began = process, partition, epoch, start, began
        self.ended, self.end = None, None  # killed, failed, lost, revoked
        self.why = None  # History.excuse keeps its answer here

    def __str__(self):
        return f"{self.process['name']}'s assignment {self.epoch} of partition {self.partition}, {self.end}"


def ranges(text):
    """`0-3,7` as numbers."""
    for part in text.split(","):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def nanoseconds(line, clock):
    time = datetime.datetime.fromisoformat(line["time"].replace("Z", "+00:00"))
    return round(time.timestamp() * 1000) * MILLISECOND - clock


def assignments(folder, process, clock):
    """The assignments of a process by partition, in order, as its log tells."""
    found, owned = collections.defaultdict(list), {}
    # Its last line may be cut.
    for text in open(os.path.join(folder, process["name"] + ".log"), errors="replace"):
        try:
            line = json.loads(text)
        except ValueError:
            continue
        message = line.get("message")
        if message == "partition starts":
            one = Assignment(process, line["partition"], line["epoch"], line["offset"], nanoseconds(line, clock))
            owned[one.partition] = one
            found[one.partition].append(one)
        elif message in ("partitions revoked", "partitions lost without a commit"):
            for partition in ranges(line["partitions"]):
                if one := owned.pop(partition, None):
                    # Rounded down, as all times of the log: what still happened in this millisecond belongs to it.
                    one.ended, one.end = nanoseconds(line, clock) + MILLISECOND, "lost" if "lost" in message else "revoked"
    for one in owned.values():
        one.ended, one.end = process["at"], "killed" if process["ended"] == "killed" else "failed"
    return found


Step = collections.namedtuple("Step", "step partition offset attempt time")


def journal(folder, process):
    """What the directed processor did in a process, in order."""
    path = os.path.join(folder, process["name"], "journal")
    for line in open(path) if os.path.exists(path) else ():
        words = line.split()
        if line.endswith("\n") and len(words) == 8:
            yield Step(words[0], int(words[2]), int(words[3]), int(words[4]), int(words[5]))


def commits(records, group, topic, clock):
    """The offsets that the brokers took for a group, by partition: (time, offset), in their order.

    The records are those of __consumer_offsets: of a key version 1 the group, the topic and the partition, of a value
    version 1 and up the offset first and the time behind the metadata.
    """
    found = collections.defaultdict(list)
    for record in records:
        if record.key is None or record.value is None or struct.unpack(">h", record.key[:2])[0] > 1:
            continue
        words, at = [], 2
        for _ in range(2):
            length = struct.unpack(">h", record.key[at:at + 2])[0]
            words.append(record.key[at + 2:at + 2 + length].decode())
            at += 2 + length
        if words != [group, topic]:
            continue
        version, offset = struct.unpack(">hq", record.value[:10])
        at = 10 + (4 if version >= 3 else 0)
        at = after_text(record.value, at, is_compact=version >= 4)
        time = struct.unpack(">q", record.value[at:at + 8])[0]
        found[struct.unpack(">i", record.key[-4:])[0]].append((time * MILLISECOND - clock, offset))
    return found


def after_text(data, at, is_compact):
    """Where a text of Kafka's protocol ends: two bytes of length before it, or a variable number that is one more."""
    if not is_compact:
        return at + 2 + struct.unpack(">h", data[at:at + 2])[0]
    length = shift = 0
    while True:
        length |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return at + length - 1


class History:
    """Everything that one run left, to be asked."""

    def __init__(self, folder, settings, keys, directed, rejected, offsets, result):
        """`keys`: by partition and offset. `directed`: the places that the directed processor gets; `rejected`: those that it
        gives up. `offsets`: the records of __consumer_offsets. `result`: takes what is wrong."""
        self.settings, self.keys, self.directed, self.rejected, self.result = settings, keys, directed, rejected, result
        clock = settings["clock"]
        self.processes = {process["name"]: process for process in settings["workers"]}
        self.assignments = {name: assignments(folder, process, clock) for name, process in self.processes.items()}
        self.steps = {name: self.attributed(name, journal(folder, process)) for name, process in self.processes.items()}
        self.commits = commits(offsets, settings["group"], settings["topic"], clock)
        # Every assignment of every process.
        self.all = [one for found in self.assignments.values() for some in found.values() for one in some]
        # By kind of effect (jsonl, letters), how often it was seen of each record. Of effects without a time.
        self.copies = {}

    def owner(self, name, partition, time):
        """The assignment under which a process worked on a partition at a time: the last one that had begun."""
        some = self.assignments[name].get(partition, ())
        index = bisect.bisect_right(some, time, key=lambda one: one.began) - 1
        return some[index] if index >= 0 else None

    def attributed(self, name, steps):
        """Each step with its assignment: that of the time at which its attempt started."""
        result, under_way = [], collections.defaultdict(list)
        for step in steps:
            place = (step.partition, step.offset)
            if step.step == "started":
                one = self.owner(name, step.partition, step.time)
                under_way[place].append(one)
            else:
                one = under_way[place].pop(0) if under_way[place] else self.owner(name, step.partition, step.time)
            result.append((step, one))
        return result

    def excuse(self, one):
        """Why work of an assignment may be done again: how it ended, or work that its revocation gave back, or a fault that
        disturbed the revocation."""
        if one.why is None:
            one.why = one.end if one.end in ("killed", "lost", "failed") else self.excuse_of_revocation(one)
        return one.why

    def excuse_of_revocation(self, one):
        if self.has_given_back(one):
            return "revoked with work unfinished"
        for fault in self.settings["faults"]:
            if fault["began"] <= one.ended and one.ended <= fault["ended"] + AFTERMATH and self.touches(fault, one.process):
                return f"revoked during {fault['kind']}"
        return ""

    def has_given_back(self, one):
        """Whether the first record that was not committed when an assignment ended was unfinished then: one of its effects
        was seen less often than there were assignments that could have handled it."""
        some = self.commits.get(one.partition, ())
        offset = max([one.start, *(offset for time, offset in some if time <= one.ended + CLOCK_ERROR)])
        place = (one.partition, offset)
        if place not in self.keys:
            return False
        passed = min((time for time, passing in some if passing > offset), default=1 << 62)
        visits = sum(1 for other in self.all if other.partition == one.partition and other.start <= offset and other.began < passed)
        effects = [counts[place] for counts in self.copies.values() if counts[place]]
        if place in self.directed:
            effects.append(len(self.done[place]))
        return min(effects, default=visits) < visits

    def touches(self, fault, process):
        if fault["kind"] in ("broker", "coordinator", "letters"):
            return True
        if fault["kind"] in ("cut", "stall"):
            return fault["where"] == "broker" or process["name"].startswith(f"worker-{fault['worker'] + 1}-")
        return fault["kind"] == "stop" and process["name"].startswith(f"worker-{fault['worker'] + 1}-")

    # MARK: Rules

    def judge(self):
        self.done = self.settlements()
        for what, counts in self.copies.items():
            self.judge_again(what, counts)
        self.judge_within()
        self.judge_between()
        self.judge_repeats()
        self.judge_commits()

    def judge_within(self):
        """In one assignment a key's records come one after the other, each attempt ended before the next one starts."""
        steps = strays = 0
        for name, some in self.steps.items():
            at = {}  # by assignment and key: the offset, whether its attempt is under way, whether it is settled
            for step, one in some:
                place = (step.partition, step.offset)
                if not self.expect(one is not None, f"{name} worked on {place} before it was given the partition"):
                    continue
                self.expect(place in self.directed, f"{name}: the directed processor was given {place}, which is not for it")
                steps += 1
                if step.time > one.ended:
                    # A handler that was under way when its partition went: its end counts for nothing, but may happen.
                    strays += 1
                    self.expect(step.step != "started" or self.excuse(one) is not None,
                                f"{name} began {place} {(step.time - one.ended) / MILLISECOND:.0f} ms after its assignment ended: {one}")
                self.expect(step.offset >= one.start, f"{name} worked on {place}, but started at {one.start}")
                key = (one, self.keys.get(place))
                offset, is_open, is_settled = at.get(key, (-1, False, True))
                what = f"{name}: {place} {step.step}, attempt {step.attempt}, after {offset} of the same key"
                if step.step == "started":
                    self.expect(not is_open, what + ", which was under way")
                    self.expect(step.offset > offset if is_settled else step.offset == offset, what + (", out of order" if is_settled else ", which had to be tried again first"))
                    at[key] = (step.offset, True, False)
                else:
                    self.expect(is_open and step.offset == offset, what + ", which was not under way")
                    at[key] = (step.offset, False, step.step == "succeeded" or place in self.rejected)
        print(f"order: {steps} steps, each key's one after the other within {len(self.all)} assignments; {strays} of them after their assignment ended")

    def judge_between(self):
        """Over all processes a record is not begun before the ones before it of its key were settled once."""
        settled, begun = {}, {}
        for name, some in self.steps.items():
            for step, _ in some:
                place = (step.partition, step.offset)
                if step.step == "started":
                    begun[place] = min(begun.get(place, step.time), step.time)
                elif step.step == "succeeded" or place in self.rejected:
                    settled[place] = min(settled.get(place, step.time), step.time)
        last, count, wrong = {}, 0, 0
        for place in sorted(self.directed):
            if place not in settled:
                self.expect(False, f"{place} was never settled by the directed processor")
                continue
            key = (place[0], self.keys[place])
            before = last.get(key)
            if before is not None:
                count += 1
                if begun[place] <= settled[before]:
                    wrong += 1
                    self.expect(False, f"{place} was begun before {before} of its key was settled")
            last[key] = place
        self.settled = settled
        print(f"order: {count} pairs of neighbours in {len(last)} keys of a partition, {wrong} reordered over all processes")

    def settlements(self):
        """When and in which assignments the directed processor settled each record."""
        done = collections.defaultdict(list)
        for name, some in self.steps.items():
            for step, one in some:
                place = (step.partition, step.offset)
                if one and (step.step == "succeeded" or (step.step == "failed" and place in self.rejected)):
                    done[place].append((step.time, one))
        for some in done.values():
            some.sort(key=lambda pair: pair[0])
        return done

    def judge_repeats(self):
        """What succeeded more than once did so in different assignments, and the earlier ones have an excuse."""
        causes, drops = collections.Counter(), self.drops(self.done)
        for place, some in self.done.items():
            for (_, one), (_, next_one) in zip(some, some[1:]):
                if self.expect(one is not next_one, f"{place} was settled twice in {one}"):
                    # Where both were at work at once, it is the one that had lost the partition that explains it.
                    cause = self.excuse(one) or next_one.ended < one.ended and self.excuse(next_one)
                    self.expect(cause, f"{place} was done in {one}, and again in {next_one}: nothing explains it")
                    causes[cause or "unexplained"] += 1
        told = ", ".join(f"{count} {cause}" for cause, count in causes.most_common())
        print(f"repeats: {sum(causes.values())} of {len(self.done)} of the directed processor's records{': ' + told if told else ''}; "
              f"{drops} keys' offsets fell, each with another assignment")

    def drops(self, done):
        """How often a key went on at an offset that is not behind all of its earlier ones."""
        by_key = collections.defaultdict(list)
        for place, some in done.items():
            by_key[(place[0], self.keys.get(place))] += [(time, place[1], one) for time, one in some]
        drops = 0
        for some in by_key.values():
            highest, owner = -1, None
            for _, offset, one in sorted(some, key=lambda entry: entry[0]):
                if offset <= highest and one is not owner:
                    drops += 1
                highest, owner = max(highest, offset), one
        return drops

    def judge_commits(self):
        """No commit falls behind an earlier one, or passes what was not settled; and assignments start at what was committed."""
        count, faults = 0, len(self.result.faults)
        for partition, some in self.commits.items():
            offsets = sorted(offset for p, offset in self.directed if p == partition)
            latest, seen = [], 0  # when the last of the first n records was settled
            for offset in offsets:
                seen = max(seen, self.settled.get((partition, offset), 1 << 62))
                latest.append(seen)
            highest = 0
            for time, offset in some:
                count += 1
                self.expect(offset >= highest, f"partition {partition}: {offset} was committed after {highest}")
                highest = max(highest, offset)
                passed = bisect.bisect_left(offsets, offset)
                self.expect(not passed or latest[passed - 1] <= time + CLOCK_ERROR, f"partition {partition}: {offset} was committed before all below it was settled")
        for one in self.all:
            some = self.commits.get(one.partition, [])
            known = [offset for time, offset in some if time <= one.began + CLOCK_ERROR]
            expected = known[-1] if known else 0
            self.expect(one.start == expected, f"{one} started at {one.start}, committed was {expected}")
        print(f"commits: {count} in {len(self.commits)} partitions and {len(self.all)} assignments that start at one, {len(self.result.faults) - faults} wrong")

    def judge_again(self, what, counts):
        """Of effects without a time: more than one of a record each need an assignment after which it may be done again."""
        repeated, starts = {place: count for place, count in counts.items() if count > 1}, collections.defaultdict(list)
        for one in self.all:
            if self.excuse(one):
                starts[one.partition].append(one.start)
        for some in starts.values():
            some.sort()
        for (partition, offset), count in repeated.items():
            allowed = bisect.bisect_right(starts[partition], offset)
            self.expect(count - 1 <= allowed, f"{what}: ({partition}, {offset}) came out {count} times, {allowed} ends of assignments explain it")
        print(f"{what}: {len(repeated)} records came out more than once")

    def judge_file(self, name, places):
        """That a file of record lines rises within each key, but for new assignments: its lines have no times."""
        segments, at = collections.Counter(), collections.defaultdict(dict)
        for partition, offset in places:
            key = self.keys.get((partition, offset))
            if offset <= at[partition].get(key, -1):
                segments[partition] += 1
                at[partition] = {}
            at[partition][key] = offset
        for partition, falls in segments.items():
            given = len(self.assignments[name].get(partition, ()))
            self.expect(falls < given, f"{name}.jsonl: partition {partition} starts again {falls} times, but was assigned {given} times")
        return sum(segments.values())

    def expect(self, holds, what):
        self.result.expect(holds, what)
        return holds
