#!/usr/bin/env python3
"""The run that Scripts/chaos judges: sends events, starts, kills and stops workers, and collects what is left.

chaos-drive.py --millrace PROGRAM --folder FOLDER [--events N] [--seconds S] [--kills K]
chaos-drive.py --millrace PROGRAM --folder FOLDER --large [--events N] [--faults N] [--seed S]

KAFKA_BOOTSTRAP_SERVERS and KAFKA_HOME say where Kafka and its tools are; with --large KAFKA_PROXIED and KAFKA_FOLDER too,
and PROGRAM is MillraceDirectedWorker. Events are sent by kcat, and read back by kcat; what it leaves in FOLDER is
described in chaos-judge.py.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid

import drive
import faults

TOPIC, GROUP, PARTITIONS = "chaos", "chaos", 12
LETTERS = TOPIC + ".dead-letter"
UNSETTLED = 100  # a kill waits until the worker's own metrics say more than this

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("judge", os.path.join(here, "chaos-judge.py"))
judge = importlib.util.module_from_spec(spec)
spec.loader.exec_module(judge)

brokers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
run = drive.Run("chaos")
say, kafka = run.say, drive.kafka


# MARK: - Events

def event(random, number, large):
    """Key and value, of about 800 bytes and unlike all others, what a worker must make of it, and which processors get it.

    good: processed. bad: dead-lettered unseen. rejected: processed by one processor, dead-lettered by the other.
    """
    kind = random.choices(["created", "updated", "deleted"], [25, 60, 15])[0]
    task = str(uuid.UUID(int=random.getrandbits(128), version=4))
    # Large: few keys, so that many events of one are in flight together.
    key = "task-%d" % random.randrange(2000) if large else task
    body = {
        "id": str(uuid.UUID(int=random.getrandbits(128), version=4)), "source": "com.qlik/scheduling",
        "type": "com.qlik.scheduling.task." + kind, "specversion": "1.0", "time": "2025-06-11T10:%02d:%02dZ" % (number // 60 % 60, number % 60),
        "datacontenttype": "application/json", "tenantid": "tenant-%d" % (number % 40),
        "data": {"id": task, "name": "Täglicher Reload %d" % number, "enabled": True, "description": "x" * random.randrange(300, 700)},
    }
    verdict, processors = "good", "jsonl"
    if large and kind != "created":
        processors = "jsonl,directed"
        verdict = direct(random, body["data"])
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if number % 10:
        return key.encode(), text, verdict, processors
    spoil = [
        lambda: text[:len(text) // 2],
        lambda: text.replace(b'"specversion":"1.0",', b""),
        lambda: text.replace(b"com.qlik.scheduling.task.", b"com.qlik.scheduling.other."),
        lambda: text.replace(b'"id":"' + body["id"].encode(), b'"id":"', 1),
        lambda: text.replace(b"2025-06-11T", b"2025-02-30T"),
        lambda: b"\xde\xad" + text,
        lambda: text.replace("ä".encode(), b"\xff"),
    ]
    return key.encode(), spoil[number // 10 % len(spoil)](), "bad", "-"


def direct(random, data):
    """Tells the directed processor what to do with an event: most succeed at once, some sleep, fail first, or are rejected."""
    way = random.random()
    if way < 0.4:
        data["sleepMilliseconds"] = random.choice([5, 20, 100, 300])
    elif way < 0.45:
        data["failures"] = random.choice([1, 1, 2])
    elif way < 0.47:
        data["rejectCode"] = "chaos"
        return "rejected"
    return "good"


class Producer(threading.Thread):
    """Sends the events in bursts, each through a kcat of its own, as fast as `due` says how many there may be by now."""

    def __init__(self, count, manifest, due, large=False, seed=7):
        super().__init__(daemon=True)
        self.count, self.manifest, self.due, self.large = count, manifest, due, large
        self.random = random.Random(seed)
        self.sent, self.repeated, self.failure = 0, 0, None

    def run(self):
        try:
            start = time.monotonic()
            with open(self.manifest, "w") as manifest:
                while self.sent < self.count:
                    due = min(self.count, self.due())
                    # All at once: a worker must get more than it can settle in a moment.
                    if due > self.sent:
                        self.send(due, manifest)
                    time.sleep(0.05)
            say(f"sent {self.sent} events in {time.monotonic() - start:.1f} s, {self.repeated} bursts more than once")
        except Exception as error:  # the main thread reports it
            self.failure = error

    def send(self, until, manifest):
        # "key TAB value" a line; no generated key holds a tab and no value a newline.
        lines = []
        for number in range(self.sent, until):
            key, value, kind, processors = event(self.random, number, self.large)
            manifest.write(f"{hashlib.sha256(value).hexdigest()}\t{kind}\t{processors}\n")
            lines.append(key + b"\t" + value + b"\n")
        burst = b"".join(lines)
        # While brokers go down kcat may end before all is acknowledged: then all of it is sent again, and is in the topic twice.
        for attempt in range(20):
            kcat = subprocess.run(
                ["kcat", "-P", "-b", brokers, "-t", TOPIC, "-K", "\\t", "-H", "content-type=application/cloudevents+json",
                 "-X", "topic.partitioner=murmur2_random", "-X", "acks=all", "-X", "linger.ms=5"], input=burst, stderr=subprocess.PIPE)
            if kcat.returncode == 0:
                self.sent = until
                return
            self.repeated += 1
            time.sleep(1)
        raise RuntimeError(f"kcat ended with {kcat.returncode}: {kcat.stderr.decode(errors='replace')}")


# MARK: - Workers

class Worker(drive.Worker):
    """A worker with a file to append to.

    It commits often: a commit that passes an unsettled record has to happen before the kill to be seen.
    """

    def __init__(self, name, millrace, folder, history):
        super().__init__(run, name, millrace, folder)
        self.history = history
        with open(self.configuration, "w") as file:
            file.write(f"""\
kafka:
  bootstrap.servers: {brokers}
  session.timeout.ms: 6000
worker: {{group: {GROUP}, admin: "127.0.0.1:{self.port}", drain: 10s, commitInterval: 20ms}}
sources:
  - {{topic: {TOPIC}}}
routes:
  - processor: jsonl
    types: ["com.qlik.scheduling.task.*"]
    options: {{path: "{os.path.join(folder, name)}.jsonl"}}
""")

    def kill(self):
        count, metrics = self.kill_unsettled(UNSETTLED, 60)
        self.note("killed", -signal.SIGKILL)
        offsets = {p: int(v) for p, v in sorted(metrics.get("millrace_watermark_offset", {}).items())}
        committed = {p: int(v) for p, v in sorted(metrics.get("millrace_committed_offset", {}).items())}
        say(f"{self.name} killed, pid {self.process.pid}, signal 9, {count:.0f} unsettled; "
            f"first unsettled offsets {offsets}, committed {committed}")

    def wait(self):
        status = super().wait()
        self.note("stopped", status)
        say(f"{self.name} ended by itself, pid {self.process.pid}, status {status}")

    def note(self, ended, status):
        self.history.append({"name": self.name, "pid": self.process.pid, "ended": ended, "status": status, "last_line": self.last_line()})


class ProxiedWorker(drive.Worker):
    """A worker with two processors, reached by all faults: its brokers are behind the proxy, and it is no superuser.

    Each start writes files of its own, so that what a process did is told from what the one before it did.
    """

    flags = ("--log-level", "debug")

    def __init__(self, name, millrace, folder, servers, history):
        super().__init__(run, name, millrace, folder)
        self.servers, self.history, self.entry = servers, history, None

    def start(self):
        name = f"{self.name}-{self.starts + 1}"
        journal = os.path.join(self.folder, name)
        os.mkdir(journal)
        with open(self.configuration, "w") as file:
            file.write(f"""\
kafka:
  bootstrap.servers: "{self.servers}"
  client.id: {self.name}
  security.protocol: SASL_PLAINTEXT
  sasl.mechanism: PLAIN
  sasl.username: millrace
  sasl.password: millrace-secret
  session.timeout.ms: {faults.SESSION * 1000}
  heartbeat.interval.ms: 500
  topic.metadata.refresh.interval.ms: 5000
worker: {{group: {GROUP}, admin: "127.0.0.1:{self.port}", drain: 10s, commitInterval: 100ms}}
sources:
  - {{topic: {TOPIC}}}
routes:
  - processor: jsonl
    types: ["com.qlik.scheduling.task.*"]
    options: {{path: "{journal}.jsonl"}}
  - processor: directed
    types: [com.qlik.scheduling.task.updated, com.qlik.scheduling.task.deleted]
    retry: {{attempts: 5, backoff: 20ms..500ms}}
    options: {{folder: "{journal}"}}
""")
        began = time.monotonic_ns()
        super().start()
        self.entry = {"name": name, "pid": self.process.pid, "began": began}

    def has_ended_by_itself(self):
        return self.entry is not None and self.process.poll() is not None

    def note(self, ended):
        if self.entry:
            self.history.append({**self.entry, "ended": ended, "at": time.monotonic_ns(), "status": self.process.returncode, "last_line": self.last_line()})
        self.entry = None

    def note_own_end(self):
        """Of a process that nobody had told to end."""
        if self.has_ended_by_itself():
            self.note("failed")
            log = open(self.output.replace(".out", ".log"), errors="replace").read()[-1000:]
            say(f"{self.name} ended by itself with {self.process.returncode}:\n{log}")

    def bring_back(self):
        self.note_own_end()
        self.start()

    def kill_now(self):
        self.note_own_end()
        self.process.kill()
        self.process.wait()
        self.note("killed")

    def leave(self):
        """As told; what has not ended after a minute is a finding for the judge, and killed."""
        # Before it listens a signal just ends it.
        deadline = time.monotonic() + 60
        while self.get("/livez") is None and self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        self.note_own_end()
        if self.entry is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            say(f"{self.name} does not end within 60 s of SIGTERM")
            self.keep_pages("hang")
            self.end()
            return self.note("hung")
        self.note("stopped")

    def keep_pages(self, name):
        """What its admin server says, for whoever looks for the cause."""
        for page in ("readyz", "livez", "metrics"):
            answer = self.get("/" + page)
            with open(os.path.join(self.folder, f"{name}-{self.name}-{page}.txt"), "w") as file:
                file.write(answer[1] if answer else "no answer")


def behind(partitions):
    """How many records are not committed yet, as Kafka's own tool says; more than any when it cannot say."""
    rows = {}
    try:
        answer = kafka("kafka-consumer-groups.sh", "--describe", "--group", GROUP)
    except subprocess.CalledProcessError:
        return sys.maxsize
    for line in answer.split("\n"):
        words = line.split()
        if len(words) >= 6 and words[1] == TOPIC and words[2].isdigit():
            rows[int(words[2])] = int(words[5]) if words[5].isdigit() else sys.maxsize
    return sum(rows.values()) if len(rows) == partitions else sys.maxsize


def collect(folder, *more):
    for name, topic in (("source", TOPIC), ("letters", LETTERS), *more):
        with open(os.path.join(folder, name + ".dump"), "wb") as file:
            subprocess.run(["kcat", "-C", "-q", "-e", "-b", brokers, "-t", topic, "-o", "beginning", "-f", judge.DUMP_FORMAT], stdout=file, check=True)
    with open(os.path.join(folder, "group.txt"), "w") as file:
        file.write(kafka("kafka-consumer-groups.sh", "--describe", "--group", GROUP))


def quick(arguments):
    drive.create_topics(TOPIC, LETTERS, partitions=PARTITIONS)
    history = []
    workers = [Worker(f"worker-{n}", arguments.millrace, arguments.folder, history) for n in range(1, 5)]
    try:
        for worker in workers[:3]:
            worker.start()
        for worker in workers[:3]:
            run.wait_for(f"{worker.name} is ready", 60, worker.ready)
        start, bursts = time.monotonic(), max(1, int(arguments.seconds))
        producer = Producer(
            arguments.events, os.path.join(arguments.folder, "manifest.tsv"),
            lambda: arguments.events * min(bursts, 1 + int(time.monotonic() - start)) // bursts)
        producer.start()
        joined = False
        for number in range(arguments.kills):
            # Evenly over the run, the fourth worker between the kills around the middle.
            while producer.is_alive() and producer.sent < arguments.events * (number + 1) / (arguments.kills + 1):
                time.sleep(0.02)
            if not joined and producer.sent >= arguments.events / 2:
                workers[3].start()
                joined = True
                run.wait_for("the fourth worker is ready", 60, workers[3].ready)
            victim = workers[0]
            run.wait_for(f"{victim.name} is ready", 60, victim.ready)
            victim.kill()
            victim.start()
        while producer.is_alive():
            for worker in workers[:4 if joined else 3]:
                worker.check()
            time.sleep(0.2)
        producer.join()
        if producer.failure:
            run.fail(f"sending failed: {producer.failure}")
        run.wait_for("everything is committed", 180, lambda: behind(PARTITIONS) == 0, pause=1)
        for worker in workers[:4 if joined else 3]:
            worker.terminate()
        for worker in workers[:4 if joined else 3]:
            worker.wait()
    finally:
        for worker in workers:
            worker.end()
    json.dump({"topic": TOPIC, "workers": history}, open(os.path.join(arguments.folder, "workers.json"), "w"), indent=1)
    collect(arguments.folder)


def large(arguments):
    plan = faults.plan(arguments.seed, arguments.faults, workers=5, brokers=3)
    say(f"seed {arguments.seed}: {len(plan)} faults, {arguments.events} events")
    drive.create_topics(TOPIC, LETTERS, partitions=PARTITIONS)
    # With a rule for the topic, who is not named is shut out.
    kafka("kafka-acls.sh", "--force", "--add", "--allow-principal", "User:millrace", "--operation", "All", "--topic", LETTERS)
    clock, history = time.time_ns() - time.monotonic_ns(), []
    proxy = faults.Proxy()
    workers = [ProxiedWorker(f"worker-{n}", arguments.millrace, arguments.folder, proxy.servers, history) for n in range(1, 6)]
    doing = faults.Faults(run, faults.Cluster(run, GROUP), proxy, workers, TOPIC, LETTERS, PARTITIONS)
    progress = 0.0
    try:
        for worker in workers:
            worker.start()
        for worker in workers:
            run.wait_for(f"{worker.name} is ready", 60, worker.ready)
        producer = Producer(
            arguments.events, os.path.join(arguments.folder, "manifest.tsv"), lambda: int(arguments.events * progress), large=True, seed=arguments.seed)
        producer.start()
        for done, fault in enumerate(plan):
            # The events go with the faults: between two of them their share of all.
            begin = time.monotonic()
            while time.monotonic() < begin + fault["pause"]:
                doing.watch()
                if producer.failure:
                    run.fail(f"sending failed: {producer.failure}")
                time.sleep(0.1)
                progress = (done + int(4 * min(1, (time.monotonic() - begin) / fault["pause"])) / 4) / len(plan)
            doing.begin(fault)
        doing.finish()
        progress = 1.0
        producer.join()
        if producer.failure:
            run.fail(f"sending failed: {producer.failure}")
        say("no more faults")
        try:
            run.wait_for("everything is committed", 420, lambda: doing.watch() or behind(doing.partition_count) == 0, pause=1)
            say("everything is committed")
        except SystemExit as stop:
            # Judged all the same: it is the commits that are short.
            say(str(stop))
            for worker in workers:
                worker.keep_pages("behind")
        leaving = [threading.Thread(target=worker.leave) for worker in workers]
        for thread in leaving:
            thread.start()
        for thread in leaving:
            thread.join()
    finally:
        for worker in workers:
            worker.end()
        proxy.end()
        drift = time.time_ns() - time.monotonic_ns() - clock
        with open(os.path.join(arguments.folder, "workers.json"), "w") as file:
            json.dump({"topic": TOPIC, "group": GROUP, "seed": arguments.seed, "letterPartitions": PARTITIONS, "clock": clock, "drift": drift,
                       "workers": history, "faults": doing.done}, file, indent=1)
    collect(arguments.folder, ("offsets", "__consumer_offsets"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--millrace", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--events", type=int)
    parser.add_argument("--seconds", type=float, default=75)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--faults", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.events = arguments.events or (1_000_000 if arguments.large else 200_000)
    large(arguments) if arguments.large else quick(arguments)


main()
