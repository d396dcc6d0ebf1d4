#!/usr/bin/env python3
"""The run that Scripts/chaos judges: sends events, starts, kills and stops workers, and collects what is left.

chaos-drive.py --millrace PROGRAM --folder FOLDER [--events N] [--seconds S] [--kills K]

KAFKA_BOOTSTRAP_SERVERS and KAFKA_HOME say where Kafka and its tools are. Events are sent by kcat, and read back by kcat;
what it leaves in FOLDER is described in chaos-judge.py.
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

TOPIC, GROUP, PARTITIONS = "chaos", "chaos", 12
UNSETTLED = 100  # a kill waits until the worker's own metrics say more than this

here = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("judge", os.path.join(here, "chaos-judge.py"))
judge = importlib.util.module_from_spec(spec)
spec.loader.exec_module(judge)

brokers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
run = drive.Run("chaos")
say, kafka = run.say, drive.kafka


# MARK: - Events

def event(random, number):
    """A value of about 800 bytes, unlike all others, and whether a worker must take it."""
    kind = random.choices(["created", "updated", "deleted"], [25, 60, 15])[0]
    task = str(uuid.UUID(int=random.getrandbits(128), version=4))
    body = {
        "id": str(uuid.UUID(int=random.getrandbits(128), version=4)), "source": "com.qlik/scheduling",
        "type": "com.qlik.scheduling.task." + kind, "specversion": "1.0", "time": "2025-06-11T10:%02d:%02dZ" % (number // 60 % 60, number % 60),
        "datacontenttype": "application/json", "tenantid": "tenant-%d" % (number % 40),
        "data": {"id": task, "name": "Täglicher Reload %d" % number, "enabled": True, "description": "x" * random.randrange(300, 700)},
    }
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    if number % 10:
        return task.encode(), text, "good"
    spoil = [
        lambda: text[:len(text) // 2],
        lambda: text.replace(b'"specversion":"1.0",', b""),
        lambda: text.replace(b"com.qlik.scheduling.task.", b"com.qlik.scheduling.other."),
        lambda: text.replace(b'"id":"' + body["id"].encode(), b'"id":"', 1),
        lambda: text.replace(b"2025-06-11T", b"2025-02-30T"),
        lambda: b"\xde\xad" + text,
        lambda: text.replace("ä".encode(), b"\xff"),
    ]
    return task.encode(), spoil[number // 10 % len(spoil)](), "bad"


class Producer(threading.Thread):
    """Sends the events at a steady rate, a burst each half second, through kcat."""

    def __init__(self, count, seconds, manifest):
        super().__init__(daemon=True)
        self.count, self.seconds, self.manifest = count, seconds, manifest
        self.sent, self.failure = 0, None

    def run(self):
        try:
            self.send()
        except Exception as error:  # the main thread reports it
            self.failure = error

    def send(self):
        # "key TAB value" a line; no generated key holds a tab and no value a newline.
        kcat = subprocess.Popen(
            ["kcat", "-P", "-b", brokers, "-t", TOPIC, "-K", "\\t", "-H", "content-type=application/cloudevents+json",
             "-X", "topic.partitioner=murmur2_random", "-X", "enable.idempotence=true", "-X", "linger.ms=5"], stdin=subprocess.PIPE)
        source, start, bursts = random.Random(7), time.monotonic(), max(1, int(self.seconds))
        with open(self.manifest, "w") as manifest:
            for burst in range(1, bursts + 1):
                # All at once: a worker with a quarter of the partitions must get more than it can settle in a moment.
                lines = []
                for number in range(self.sent, self.count * burst // bursts):
                    key, value, kind = event(source, number)
                    manifest.write(f"{hashlib.sha256(value).hexdigest()}\t{kind}\n")
                    lines.append(key + b"\t" + value + b"\n")
                kcat.stdin.write(b"".join(lines))
                kcat.stdin.flush()
                self.sent += len(lines)
                time.sleep(max(0, start + burst - time.monotonic()))
        kcat.stdin.close()
        if kcat.wait() != 0:
            raise RuntimeError(f"kcat ended with {kcat.returncode}")
        say(f"sent {self.sent} events in {time.monotonic() - start:.1f} s")


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


def behind():
    """How many records are not committed yet, as Kafka's own tool says; more than any when it cannot say."""
    rows = {}
    for line in kafka("kafka-consumer-groups.sh", "--describe", "--group", GROUP).split("\n"):
        words = line.split()
        if len(words) >= 6 and words[1] == TOPIC and words[2].isdigit():
            rows[int(words[2])] = int(words[5]) if words[5].isdigit() else sys.maxsize
    return sum(rows.values()) if len(rows) == PARTITIONS else sys.maxsize


def collect(folder):
    for name, topic in (("source", TOPIC), ("letters", TOPIC + ".dead-letter")):
        with open(os.path.join(folder, name + ".dump"), "wb") as file:
            subprocess.run(["kcat", "-C", "-q", "-e", "-b", brokers, "-t", topic, "-o", "beginning", "-f", judge.DUMP_FORMAT], stdout=file, check=True)
    with open(os.path.join(folder, "group.txt"), "w") as file:
        file.write(kafka("kafka-consumer-groups.sh", "--describe", "--group", GROUP))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--millrace", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=75)
    parser.add_argument("--kills", type=int, default=5)
    arguments = parser.parse_args()
    drive.create_topics(TOPIC, TOPIC + ".dead-letter", partitions=PARTITIONS)
    history = []
    workers = [Worker(f"worker-{n}", arguments.millrace, arguments.folder, history) for n in range(1, 5)]
    try:
        for worker in workers[:3]:
            worker.start()
        for worker in workers[:3]:
            run.wait_for(f"{worker.name} is ready", 60, worker.ready)
        producer = Producer(arguments.events, arguments.seconds, os.path.join(arguments.folder, "manifest.tsv"))
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
        run.wait_for("everything is committed", 180, lambda: behind() == 0, pause=1)
        for worker in workers[:4 if joined else 3]:
            worker.terminate()
        for worker in workers[:4 if joined else 3]:
            worker.wait()
    finally:
        for worker in workers:
            worker.end()
    json.dump({"topic": TOPIC, "workers": history}, open(os.path.join(arguments.folder, "workers.json"), "w"), indent=1)
    collect(arguments.folder)


main()
