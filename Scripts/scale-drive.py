#!/usr/bin/env python3
"""The measurements of Scripts/scale, which says what they are.

scale-drive.py --worker PROGRAM --folder FOLDER [--parts LIST] [--records N] [--rate N] [--rounds N] [--partitions LIST]
               [--backlogs LIST] [--keep FILE]

KAFKA_BOOTSTRAP_SERVERS and KAFKA_HOME say where Kafka and its tools are. PROGRAM is MillraceDirectedWorker, whose processor
`nothing` is used.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time

import drive

PARTITIONS = 64
TERMS = ("millrace_records_succeeded_total", "millrace_records_dead_lettered_total", "millrace_records_skipped_total")
run = drive.Run("scale")


class Worker(drive.Worker):
    def __init__(self, name, arguments, topic, group):
        super().__init__(run, name, arguments.worker, arguments.folder)
        with open(self.configuration, "w") as file:
            file.write(f"""\
kafka: {{bootstrap.servers: "{os.environ['KAFKA_BOOTSTRAP_SERVERS']}"}}
worker: {{group: {group}, admin: "127.0.0.1:{self.port}"}}
sources: [{{topic: {topic}}}]
routes: [{{processor: nothing}}]
""")


class Watch:
    """Looks at workers' metrics many times a second, and notes for each partition when it went on."""

    def __init__(self):
        self.lock, self.settled, self.seen, self.threads, self.ended = threading.Lock(), {}, {}, [], False
        self.watching = set()
        self.begin_window()

    def begin_window(self):
        """From now on the longest standstills count anew."""
        with self.lock:
            self.began = time.monotonic()
            self.last, self.longest, self.last_any, self.longest_any = {}, {}, self.began, 0.0

    def add(self, worker):
        self.watching.add(worker.name)
        thread = threading.Thread(target=self.look, args=(worker,), daemon=True)
        self.threads.append(thread)
        thread.start()

    def remove(self, worker):
        self.watching.discard(worker.name)

    def look(self, worker):
        while not self.ended and worker.name in self.watching:
            page = worker.page()
            now = time.monotonic()
            with self.lock:
                for term in TERMS:
                    for partition, count in page.get(term, {}).items():
                        before = self.seen.get((worker.name, term, partition), 0)
                        if count > before:
                            self.seen[(worker.name, term, partition)] = count
                            self.went_on(partition, count - before, now)
            time.sleep(0.01)

    def went_on(self, partition, count, now):
        self.settled[partition] = self.settled.get(partition, 0) + count
        self.longest[partition] = max(self.longest.get(partition, 0), now - self.last.get(partition, self.began))
        self.longest_any = max(self.longest_any, now - self.last_any)
        self.last[partition] = self.last_any = now

    def standstill(self, unfinished=None):
        """The longest of any partition, also one that lasts, and of all together. `unfinished`: the partitions that count."""
        with self.lock:
            now = time.monotonic()
            lasting = {p: now - self.last.get(p, self.began) for p in (range(PARTITIONS) if unfinished is None else unfinished)}
            return max([0, *self.longest.values(), *lasting.values()]), max(self.longest_any, now - self.last_any)

    def total(self):
        with self.lock:
            return sum(self.settled.values())

    def end(self):
        self.ended = True
        for thread in self.threads:
            thread.join()


def owned(workers):
    """How many partitions these have together."""
    return sum(len(worker.page().get("millrace_watermark_offset", ())) for worker in workers)


def fill(topic, partitions, records):
    drive.create_topics(topic, topic + ".dead-letter", partitions=partitions)
    send(topic, records)


def send(topic, records):
    flow = drive.Flow(topic)
    try:
        flow.send(records)
        flow.end()
    finally:
        flow.kill()


def delete(topic):
    for name in (topic, topic + ".dead-letter"):
        drive.kafka("kafka-topics.sh", "--delete", "--topic", name)


def sizes(topic):
    """How many records each partition has."""
    answer = drive.kafka("kafka-get-offsets.sh", "--topic", topic)
    return {int(line.split(":")[1]): int(line.split(":")[2]) for line in answer.split()}


def fairness(arguments, tell):
    within = True
    for count in (1, 2, 4):
        topic, watch = f"fair-{count}", Watch()
        drive.create_topics(topic, topic + ".dead-letter", partitions=PARTITIONS)
        workers = [Worker(f"fair-{count}-{n}", arguments, topic, topic) for n in range(count)]
        try:
            # They join while there is nothing to do, sleep while the backlog grows, and begin together.
            for worker in workers:
                worker.start()
            for worker in workers:
                run.wait_for(f"{worker.name} is ready", 60, worker.ready)
            run.wait_for("all partitions are shared out", 60, lambda: owned(workers) == PARTITIONS)
            for worker in workers:
                worker.process.send_signal(signal.SIGSTOP)
            send(topic, arguments.records)
            size = sizes(topic)
            for worker in workers:
                worker.process.send_signal(signal.SIGCONT)
                watch.add(worker)
            watch.begin_window()
            start = time.monotonic()
            run.wait_for("half is done", 600, lambda: watch.total() >= arguments.records / 2, pause=0.01)
            with watch.lock:
                shares = {p: watch.settled.get(p, 0) / size[p] for p in size}
            still, _ = watch.standstill([p for p, share in shares.items() if share < 1])
            run.wait_for("all is done", 600, lambda: watch.total() >= arguments.records, pause=0.01)
            rate = arguments.records / (time.monotonic() - start)
            for worker in workers:
                worker.terminate()
            for worker in workers:
                worker.wait()
        finally:
            watch.end()
            for worker in workers:
                worker.end()
        delete(topic)
        slowest, fastest = min(shares.values()), max(shares.values())
        good = slowest >= fastest / 10 and still < 5
        within = within and good
        tell({"part": "fairness", "workers": count, "partitions": PARTITIONS, "records": arguments.records, "slowest": round(slowest, 3), "fastest": round(fastest, 3),
              "longest_standstill_s": round(still, 2), "events_per_s": round(rate), "within": good})
    return within


def stop(arguments, tell):
    topic, group, within = "stop", "stop", True
    drive.create_topics(topic, topic + ".dead-letter", partitions=PARTITIONS)
    flow, watch = drive.PacedFlow(topic, arguments.rate), Watch()
    workers = [Worker(f"stop-{n}", arguments, topic, group) for n in range(4)]
    running = []

    def join(worker):
        worker.start()
        watch.add(worker)
        run.wait_for(f"{worker.name} is ready", 60, worker.ready)
        running.append(worker)

    def leave(worker):
        running.remove(worker)
        worker.terminate()
        worker.wait()
        watch.remove(worker)

    def measure(what, change):
        nonlocal within
        watch.begin_window()
        change()
        # Until everybody has his part, and has worked on it for a while.
        run.wait_for("all partitions are owned", 60, lambda: owned(running) == PARTITIONS)
        time.sleep(4)
        partition, group_wide = watch.standstill()
        return what, partition, group_wide

    try:
        join(workers[0])
        flow.start()
        time.sleep(3)
        _, quiet, quiet_wide = measure("nothing", lambda: None)
        tell({"part": "stop", "change": "nothing", "workers": 1, "longest_of_a_partition_s": round(quiet, 2), "of_all_s": round(quiet_wide, 2)})
        changes = [("join", lambda n=n: join(workers[n])) for n in (1, 2, 3)] + [("leave", lambda n=n: leave(workers[n])) for n in (3, 2, 1)]
        for what, change in changes:
            what, still, wide = measure(what, change)
            good = still - quiet < 1
            within = within and good
            tell({"part": "stop", "change": what, "workers": len(running), "longest_of_a_partition_s": round(still, 2), "of_all_s": round(wide, 2), "within": good})
    finally:
        try:
            flow.stop() if flow.is_alive() else flow.flow.kill()
        finally:
            watch.end()
            for worker in workers:
                worker.end()
    delete(topic)
    return within


def consume(arguments, topic, group):
    """CPU seconds and seconds of a worker that works a topic off."""
    worker = Worker(group, arguments, topic, group)
    start = time.monotonic()
    with open(os.path.join(arguments.folder, group + ".log"), "w") as log:
        process = subprocess.Popen([arguments.worker, "run", "--json", "--until-end", "--config", worker.configuration],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)
    try:
        summary = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()
    if process.returncode != 0:
        run.fail(f"{group} ended with {process.returncode}:\n" + open(log.name).read()[-2000:])
    total = json.loads(summary)["total"]
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, total["succeeded"]


def cost(arguments, tell):
    within = True
    backlogs = [int(n) for n in arguments.backlogs.split(",")]
    partitions = [int(n) for n in arguments.partitions.split(",")]
    for name, cases in (("partitions", [(n, 1_000_000) for n in partitions]), ("backlog", [(PARTITIONS, n) for n in backlogs])):
        medians = []
        for count, records in cases:
            topic = f"{name}-{count}-{records}"
            # What starting and stopping takes with so many partitions.
            fill(topic + "-empty", count, 1_000)
            fill(topic, count, records)
            costs, rates = [], []
            for turn in range(arguments.rounds):
                base_cpu, base_seconds, _ = consume(arguments, topic + "-empty", f"{topic}-empty-{turn}")
                cpu, seconds, done = consume(arguments, topic, f"{topic}-{turn}")
                if done != records:
                    run.fail(f"{topic}: {done} of {records} records were settled")
                costs.append((cpu - base_cpu) / records * 1e6)
                rates.append(records / max(0.001, seconds - base_seconds))
            delete(topic)
            delete(topic + "-empty")
            medians.append(statistics.median(costs))
            tell({"part": "cost", "by": name, "partitions": count, "records": records, "cpu_us_per_event": round(medians[-1], 2),
                  "of_each_round": [round(one, 2) for one in costs], "events_per_s": round(statistics.median(rates)), "base_cpu_s": round(base_cpu, 2)})
        good = medians[-1] <= medians[0] * 1.25
        within = within and good
        tell({"part": "cost", "by": name, "first_to_last": round(medians[-1] / medians[0], 2), "within": good})
    return within


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--worker", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--parts", default="fairness,stop,cost")
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--rate", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--partitions", default="8,64,512")
    parser.add_argument("--backlogs", default="100000,1000000,10000000")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    parts = {"fairness": fairness, "stop": stop, "cost": cost}
    wanted = arguments.parts.split(",")
    if unknown := [part for part in wanted if part not in parts]:
        parser.error(f"no part {unknown[0]}: {', '.join(parts)}")

    def tell(line):
        text = json.dumps(line)
        print(text, flush=True)
        if arguments.keep:
            with open(arguments.keep, "a") as file:
                file.write(text + "\n")

    return 0 if all([parts[part](arguments, tell) for part in wanted]) else 1


sys.exit(main())
