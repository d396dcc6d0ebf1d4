#!/usr/bin/env python3
"""The run that Scripts/disorder judges: makes events, starts, kills and stops workers.

disorder-drive.py --millrace PROGRAM --folder FOLDER [--events N] [--tasks N] [--kills K]

KAFKA_BOOTSTRAP_SERVERS names a Kafka and KAFKA_HOME its tools; without it the embedded broker is started. FOLDER then has
topic.jsonl, the topic as kcat reads it, and tasks.db.
"""

import argparse
import json
import os
import random
import sqlite3
import subprocess
import time

import drive

TOPIC, GROUP = "disorder", "disorder"
UNSETTLED = 50  # a kill waits until the worker's own metrics say more than this

run = drive.Run("disorder")
say, wait_for = run.say, run.wait_for


# MARK: - Events

OWNERS = ["owner-%d" % n for n in range(40)]
CODES = ["MANUALLY", "CONSECUTIVE-FAILURES", "OWNER-DELETED", "SOMETHING-NEW"]


def clock(millisecond, random):
    """The instant 2026-01-01 plus so many milliseconds, in one of the ways in which RFC 3339 writes it."""
    offset = random.choice([0, 0, 0, 120, -330])
    shifted = millisecond + offset * 60_000 + 86_400_000
    day, rest = divmod(shifted, 86_400_000)
    days_in = [31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    year, month, day_of_month = (2025, 12, 31) if day == 0 else (2026, 1, day)
    index = 1
    while day_of_month > days_in[index] and day > 0:
        day_of_month -= days_in[index]
        month, index = month + 1, index + 1
    hour, minute, second, fraction = rest // 3_600_000, rest // 60_000 % 60, rest // 1000 % 60, rest % 1000
    digits = "" if fraction == 0 else "." + ("%03d" % fraction) + random.choice(["", "000", "250", "000001"])
    zone = random.choice(["Z", "+00:00"]) if offset == 0 else "%s%02d:%02d" % ("-" if offset < 0 else "+", abs(offset) // 60, abs(offset) % 60)
    return "%04d-%02d-%02dT%02d:%02d:%02d%s%s" % (year, month, day_of_month, hour, minute, second, digits, zone)


class Task:
    def __init__(self, number, random):
        self.id = random.choice(["task-%05d", "%024x", "t\u00e4sk %d"]) % number
        self.state = {
            "id": self.id, "name": "Reload %d" % number, "action": "RELOAD_APP", "ownerId": random.choice(OWNERS),
            "createdBy": random.choice(OWNERS), "resourceId": "app-%d" % (number % 300), "resourceType": "app", "enabled": True,
        }
        if number % 3 == 0:
            self.state.update(spaceId="space-%d" % (number % 9), usage="ANALYTICS", actionParams=["a b", "\"\u00e9\"", ""])
        self.millisecond = random.randrange(0, 40 * 86_400_000)

    def next(self, random, is_first, is_last):
        """Kind, state and changes of the next event of the task."""
        # Sometimes at the same moment as the last one: then partition and offset decide.
        self.millisecond += random.choice([0, 1, 1000, random.randrange(1, 3_600_000)])
        if is_first:
            return "created", dict(self.state)
        if is_last and random.random() < 0.3:
            return "deleted", dict(self.state, deletedAt="2026-03-01T00:00:00Z")
        changes = []
        for member in random.sample(["name", "ownerId", "enabled", "description", "status", "disabledCode"], random.choice([0, 1, 1, 2, 3])):
            old = self.state.get(member)
            new = {
                "name": lambda: "N\u00e4me \\ \"%d\"\n" % random.randrange(1000), "ownerId": lambda: random.choice(OWNERS),
                "enabled": lambda: not old, "description": lambda: random.choice(["", "x" * random.randrange(1, 600), "\u6bce\u65e5"]),
                "status": lambda: random.choice(["succeeded", "failed", "exploded"]), "disabledCode": lambda: random.choice(CODES),
            }[member]()
            self.state[member] = new
            path = random.choice(["/%s", "$.%s", "%s", "$['%s']"]) % member
            change = {"path": path, "newValue": new}
            if random.random() < 0.9:
                change["oldValue"] = old
            if member == "enabled" and random.random() < 0.5:
                change["newValue"] = str(new).lower()
            changes.append(change)
        state = dict(self.state)
        if changes or random.random() < 0.5:
            state["_updates"] = changes
        return "updated", state


def record(task, number, random, is_first, is_last):
    """A record line without partition: key, headers, value, and whether the event has a time of its own."""
    kind, state = task.next(random, is_first, is_last)
    members = list(state.items())
    random.shuffle(members)
    data = json.dumps(dict(members), ensure_ascii=random.random() < 0.3, separators=random.choice([(",", ":"), (", ", ": ")]))
    has_time = random.random() > 0.03
    # Now and then an id is used for several events.
    attributes = {"specversion": "1.0", "id": "event-%d" % (number if number % 50 else number // 1000), "source": "com.qlik/scheduling"}
    if has_time:
        attributes["time"] = clock(task.millisecond, random)
    canonical = "com.qlik.scheduling.task." + kind
    who = {"userid": random.choice(OWNERS), "tenantid": "tenant-%d" % (number % 5)} if kind != "updated" or random.random() < 0.5 else {}
    form = random.choice(["binary", "structured", "structured", "documented"])
    if form == "binary":
        attributes.update(who, type=canonical)
        headers = [["ce_" + name, value] for name, value in attributes.items()] + [["content-type", "application/json"]]
        value = data
    else:
        if form == "documented":
            attributes.update(type="com.qlik.scheduling.tasks.created", eventType=canonical, datacontenttype="string")
            if who:
                attributes["extensions"] = who
        else:
            attributes.update(who, type=canonical, datacontenttype="application/json")
        headers = [["content-type", "application/cloudevents+json"]]
        # The data last, as text: its bytes are part of the audit's key.
        value = json.dumps(attributes)[:-1] + ', "data":' + data + "}"
    return {"key": task.id, "headers": headers, "value": value}


def write_records(path, arguments, partitions):
    source = random.Random(11)
    tasks = [Task(number, source) for number in range(arguments.tasks)]
    rounds = [arguments.events // arguments.tasks + (n < arguments.events % arguments.tasks) for n in range(arguments.tasks)]
    copies, number = [], 0
    for task, count in zip(tasks, rounds):
        for step in range(count):
            line = record(task, number, source, step == 0, step == count - 1)
            number += 1
            for _ in range(source.choice([1, 1, 2, 3])):
                # A copy that is sent again has the time of its sending.
                stamp = 1_767_225_600_000 + task.millisecond + source.randrange(0, 5000)
                copies.append({"partition": source.randrange(partitions), "timestamp": stamp, **line})
    source.shuffle(copies)
    with open(path, "w") as file:
        for copy in copies:
            file.write(json.dumps(copy) + "\n")
    return number, len(copies)


# MARK: - Workers

class Worker(drive.Worker):
    """A worker with both processors on the one database."""

    def __init__(self, name, arguments, brokers):
        super().__init__(run, name, arguments.millrace, arguments.folder)
        self.received = 0
        database = os.path.join(self.folder, "tasks.db")
        with open(self.configuration, "w") as file:
            file.write(f"""\
kafka: {{bootstrap.servers: "{brokers}", session.timeout.ms: 6000, heartbeat.interval.ms: 300}}
worker: {{group: {GROUP}, admin: "127.0.0.1:{self.port}", drain: 10s}}
sources: [{{topic: {TOPIC}, profile: qlik}}]
routes:
  - {{processor: task-inventory, options: {{path: "{database}"}}}}
  - {{processor: task-audit, options: {{path: "{database}"}}}}
""")

    def kill(self):
        count, metrics = self.kill_unsettled(UNSETTLED, 120)
        self.received += int(sum(metrics.get("millrace_records_received_total", {}).values()))
        say(f"{self.name} killed, pid {self.process.pid}, signal 9, {count:.0f} records unsettled")

    def stop(self):
        self.terminate()
        status = self.wait()
        if status != 0:
            run.fail(f"{self.name} ended with {status}")
        total = json.loads(self.last_line())["total"]
        self.received += total["received"]
        say(f"{self.name} stopped: received {total['received']}, dead-lettered {total['deadLettered']}, balances {total['balances']}")
        if total["deadLettered"] or not total["balances"]:
            run.fail("nothing here may be dead-lettered, and the sums must balance")


def audited(folder):
    """How many rows the audit has; 0 before there is one."""
    try:
        with sqlite3.connect(f"file:{folder}/tasks.db?mode=ro", uri=True, timeout=10) as connection:
            return connection.execute("SELECT max(number) FROM task_audit").fetchone()[0] or 0
    except sqlite3.OperationalError:
        return 0


def settled(workers, ends):
    committed = {}
    for worker in workers:
        for partition, offset in worker.metrics().get("millrace_committed_offset", {}).items():
            committed[partition] = max(committed.get(partition, 0), offset)
    return all(committed.get(partition, 0) >= end for partition, end in ends.items())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--millrace", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--tasks", type=int, default=2_000)
    parser.add_argument("--kills", type=int, default=3)
    arguments = parser.parse_args()
    brokers = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    # The embedded broker keeps 5 MiB a partition.
    partitions = 8 if brokers else 64
    broker, workers = None, []
    try:
        if brokers:
            drive.create_topics(TOPIC, TOPIC + ".dead-letter", partitions=partitions)
        else:
            broker = subprocess.Popen(
                [arguments.millrace, "broker", "--topic", f"{TOPIC}:{partitions}", "--topic", f"{TOPIC}.dead-letter:{partitions}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
            brokers = broker.stdout.readline().strip()

        records = os.path.join(arguments.folder, "records.jsonl")
        events, copies = write_records(records, arguments, partitions)
        say(f"made {events} events of {arguments.tasks} tasks, {copies} records")
        # kcat would send the record's time as now; --raw: what a worker makes of a record is judged here, not by produce.
        subprocess.run([arguments.millrace, "produce", "--raw", "--keep-partition", "--kafka", brokers, "--topic", TOPIC, records], check=True)
        dump = os.path.join(arguments.folder, "topic.jsonl")
        with open(dump, "wb") as file:
            subprocess.run(["kcat", "-C", "-q", "-e", "-J", "-b", brokers, "-t", TOPIC, "-o", "beginning", "-X", "fetch.wait.max.ms=20"], stdout=file, check=True)
        ends = {}
        for line in open(dump, "rb"):
            head = json.loads(line)
            ends[head["partition"]] = max(ends.get(head["partition"], 0), head["offset"] + 1)
        if sum(ends.values()) != copies:
            run.fail(f"{copies} records were sent, {sum(ends.values())} are in the topic")
        say(f"sent; {len(ends)} partitions")

        workers = [Worker(f"worker-{n}", arguments, brokers) for n in (1, 2)]
        start = time.monotonic()
        for worker in workers:
            worker.start()
        for number in range(arguments.kills):
            rows = events * (number + 1) // (arguments.kills + 1)
            wait_for(f"{rows} rows of the audit", 600, lambda: [worker.check() for worker in workers] and audited(arguments.folder) >= rows)
            workers[0].kill()
            workers[0].start()
        wait_for("everything is committed", 900, lambda: settled(workers, ends), pause=0.2)
        elapsed = time.monotonic() - start
        for worker in workers:
            worker.stop()
        received = sum(worker.received for worker in workers)
        say(f"worked off {copies} records in {elapsed:.1f} s, {copies / elapsed:.0f} a second with {arguments.kills} kills; "
            f"{received - copies} were received again, at least")
    finally:
        for worker in workers:
            worker.end()
        if broker:
            broker.kill()
            broker.wait()


main()
