#!/usr/bin/env python3
"""The measurement of Scripts/memory: fills a topic for each number of partitions, and watches a slow worker read it.

memory-drive.py --worker PROGRAM --folder FOLDER [--seconds S] [--partitions N,N] [--records N] [--bytes N]

KAFKA_BOOTSTRAP_SERVERS and KAFKA_HOME say where Kafka and its tools are. PROGRAM is MillraceDirectedWorker, whose
processor does what each event says: sleep a second. Exit code 1: a worker took more than it may, or did not work.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time

import drive

BUDGET, ALLOWANCE = 256, 64  # MiB; the first is the default of worker.memory
brokers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]


def fill(topic, records, size):
    """Sends so many records, each of so many bytes and with a key of its own."""
    kcat = subprocess.Popen(
        ["kcat", "-P", "-b", brokers, "-t", topic, "-K", "\\t", "-H", "content-type=application/cloudevents+json",
         "-X", "topic.partitioner=murmur2_random", "-X", "queue.buffering.max.kbytes=65536"], stdin=subprocess.PIPE)
    for number in range(records):
        event = {"specversion": "1.0", "id": str(number), "source": "/memory", "type": "com.qlik.scheduling.task.created",
                 "data": {"sleepMilliseconds": 1000, "pad": ""}}
        event["data"]["pad"] = "x" * (size - len(json.dumps(event)))
        kcat.stdin.write(b"%d\t%s\n" % (number, json.dumps(event).encode()))
    kcat.stdin.close()
    if kcat.wait() != 0:
        raise SystemExit(f"memory: kcat ended with {kcat.returncode}")


def status(process, name):
    """A size of /proc/PID/status in MiB, for instance VmHWM, the most that VmRSS ever was."""
    text = open(f"/proc/{process.pid}/status").read()
    return int(re.search(rf"^{name}:\s+(\d+) kB$", text, re.M).group(1)) / 1024


def begun(journal):
    try:
        return sum(1 for line in open(journal) if line.startswith("started "))
    except FileNotFoundError:
        return 0


def measure(partitions, arguments):
    topic = f"memory-{partitions}"
    drive.create_topics(topic, topic + ".dead-letter", partitions=partitions)
    fill(topic, arguments.records, arguments.bytes)
    folder = os.path.join(arguments.folder, topic)
    os.mkdir(folder)
    with open(os.path.join(folder, "millrace.yaml"), "w") as file:
        file.write(f"""\
kafka: {{bootstrap.servers: "{brokers}"}}
worker: {{group: {topic}, drain: 5s}}
sources: [{{topic: {topic}}}]
routes: [{{processor: directed, concurrency: 1, options: {{folder: "{folder}"}}}}]
""")
    # The allocator is as Millrace sets it up by itself.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_") and name != "GLIBC_TUNABLES"}
    with open(os.path.join(folder, "log"), "w") as log:
        worker = subprocess.Popen(
            [arguments.worker, "run", "--config", os.path.join(folder, "millrace.yaml")], env=environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        peak, count, began = watch(worker, folder, partitions, arguments.seconds)
        worker.send_signal(signal.SIGTERM)
        ended = worker.wait(60)
    finally:
        if worker.poll() is None:
            worker.kill()
            worker.wait()
        drive.kafka("kafka-topics.sh", "--delete", "--topic", topic)
    if ended != 0:
        raise SystemExit(f"memory: the worker ended with {ended}:\n" + open(os.path.join(folder, "log")).read()[-2000:])
    # It must have worked, however busy the machine was, and not have come near the end of what there is.
    is_busy = arguments.seconds / 4 < count < arguments.records / 2
    verdict = "over" if peak > BUDGET + ALLOWANCE else "within" if is_busy else "not measured: too few or too many were handled,"
    print(f"{partitions:3} partitions: VmHWM {peak:.0f} MiB, {verdict} {BUDGET} + {ALLOWANCE} MiB; {count} of {arguments.records} records of "
          f"{arguments.bytes} bytes handled in {began:.0f} s", flush=True)
    return verdict == "within"


def watch(worker, folder, partitions, seconds):
    start, told = time.monotonic(), 0
    while True:
        elapsed = time.monotonic() - start
        if worker.poll() is not None:
            raise SystemExit(f"memory: the worker ended by itself with {worker.returncode}:\n" + open(os.path.join(folder, "log")).read()[-2000:])
        peak, count = status(worker, "VmHWM"), begun(os.path.join(folder, "journal"))
        if elapsed >= told:
            told += 30
            print(f"memory: {partitions} partitions, {elapsed:4.0f} s: VmRSS {status(worker, 'VmRSS'):.0f} MiB, "
                  f"VmHWM {peak:.0f} MiB, {count} records begun", file=sys.stderr, flush=True)
        if elapsed >= seconds:
            return peak, count, elapsed
        time.sleep(0.5)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--worker", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--partitions", default="8,64")
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--bytes", type=int, default=100_000)
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(143))
    results = [measure(int(count), arguments) for count in arguments.partitions.split(",")]
    return 0 if all(results) else 1


sys.exit(main())
