#!/usr/bin/env python3
"""The run of Scripts/soak, which says what it is.

soak-drive.py --worker PROGRAM --folder FOLDER [--seconds S] [--rate N] [--partitions N] [--keep FILE]

KAFKA_BOOTSTRAP_SERVERS and KAFKA_HOME say where Kafka and its tools are. PROGRAM is MillraceDirectedWorker, whose processor
`nothing` is used.
"""

import argparse
import json
import os
import re
import sys
import time

import drive

BACKLOG, BAD = 2_000_000, 1_000
SEGMENT = 64 << 20
run = drive.Run("soak")


class Worker(drive.Worker):
    def __init__(self, name, arguments, topic):
        super().__init__(run, name, arguments.worker, arguments.folder)
        with open(self.configuration, "w") as file:
            file.write(f"""\
kafka: {{bootstrap.servers: "{os.environ['KAFKA_BOOTSTRAP_SERVERS']}"}}
worker: {{group: {name}, admin: "127.0.0.1:{self.port}"}}
sources: [{{topic: {topic}}}]
routes: [{{processor: nothing}}]
""")

    def sample(self):
        """What is watched, by name."""
        self.check()
        status = open(f"/proc/{self.process.pid}/status").read()
        number = lambda name: int(re.search(rf"^{name}:\s+(\d+)", status, re.M).group(1))
        page = self.page()
        total = lambda name: int(sum(page.get("millrace_" + name, {}).values()))
        budget = re.search(r"^millrace_memory_used_bytes (\S+)$", (self.get("/metrics") or (0, ""))[1], re.M)
        return {
            "rss_mib": round(number("VmRSS") / 1024, 1), "descriptors": len(os.listdir(f"/proc/{self.process.pid}/fd")), "threads": number("Threads"),
            "lag": total("lag_records"), "in_flight": total("records_in_flight"), "used_mib": round(float(budget.group(1)) / 2**20, 1) if budget else 0,
            "received": total("records_received_total"), "succeeded": total("records_succeeded_total"), "dead_lettered": total("records_dead_lettered_total"),
        }

    def settled(self):
        page = self.page()
        return int(sum(sum(page.get(f"millrace_records_{term}_total", {}).values()) for term in ("succeeded", "dead_lettered")))

    def stop(self):
        """Its summary, in total."""
        self.terminate()
        status = self.wait()
        if status != 0:
            run.fail(f"{self.name} ended with {status}")
        return json.loads(self.last_line())["total"]


def top_speed(arguments):
    """Events a second with which a backlog is worked off."""
    drive.create_topics("top", "top.dead-letter", partitions=arguments.partitions)
    flow, worker = drive.Flow("top", BAD), Worker("soak-top", arguments, "top")
    try:
        flow.send(BACKLOG)
        flow.end()
        worker.start()
        run.wait_for("the first events are settled", 60, lambda: worker.settled() > BACKLOG / 20, pause=0.01)
        first, start = worker.settled(), time.monotonic()
        run.wait_for("nearly all is settled", 600, lambda: worker.settled() > BACKLOG * 0.9, pause=0.01)
        rate = (worker.settled() - first) / (time.monotonic() - start)
        worker.stop()
    finally:
        flow.kill()
        worker.end()
        for topic in ("top", "top.dead-letter"):
            drive.kafka("kafka-topics.sh", "--delete", "--topic", topic)
    return rate


def slope(points):
    """Of the straight line through (x, y), by least squares."""
    n, xs, ys = len(points), sum(x for x, _ in points), sum(y for _, y in points)
    middle_x, middle_y = xs / n, ys / n
    spread = sum((x - middle_x) ** 2 for x, _ in points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / spread if spread else 0


def judge(samples, seconds, rate):
    """One line for each thing that is watched; whether none grew."""
    warm = min(600, max(60, seconds / 10))
    late = [sample for sample in samples if sample["second"] >= warm]
    if len(late) < 10:
        run.fail(f"only {len(late)} samples after a warm-up of {warm:.0f} s: let it run for longer")
    length, flat = late[-1]["second"] - late[0]["second"], True
    for name, allowed in (("rss_mib", lambda mean: max(16, mean / 20)), ("descriptors", lambda _: 0.5), ("threads", lambda _: 0.5),
                          ("lag", lambda _: rate), ("in_flight", lambda _: rate), ("used_mib", lambda _: 16)):
        values = [sample[name] for sample in late]
        mean = sum(values) / len(values)
        rise = slope([(sample["second"], sample[name]) for sample in late]) * length
        good = rise <= allowed(mean)
        flat = flat and good
        print(f"{name:12} mean {mean:12.1f}  least {min(values):12.1f}  most {max(values):12.1f}  rise in {length:.0f} s {rise:+10.2f}, allowed {allowed(mean):.1f}: "
              f"{'flat' if good else 'GROWS'}", flush=True)
    return flat


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--worker", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--rate", type=int)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    rate = arguments.rate
    if not rate:
        top = top_speed(arguments)
        rate = int(top / 2)
        print(f"top speed: {top:.0f} events a second; half of it flows", flush=True)
    # What is old is deleted: a few segments stay of each partition, more than a worker is ever behind.
    drive.create_topics("soak", "soak.dead-letter", partitions=arguments.partitions, segment_bytes=SEGMENT, retention_bytes=4 * SEGMENT)
    flow, worker, samples = drive.PacedFlow("soak", rate, BAD), Worker("soak", arguments, "soak"), []
    pause = min(5, max(1, arguments.seconds / 120))
    try:
        worker.start()
        run.wait_for("the worker is ready", 60, worker.ready)
        flow.start()
        start = time.monotonic()
        while time.monotonic() < start + arguments.seconds:
            time.sleep(pause)
            if flow.failure:
                run.fail(f"sending failed: {flow.failure}")
            sample = {"second": round(time.monotonic() - start, 1), **worker.sample()}
            samples.append(sample)
            if arguments.keep:
                with open(arguments.keep, "a") as file:
                    file.write(json.dumps(sample) + "\n")
            if len(samples) % max(1, int(60 / pause)) == 1:
                run.say(json.dumps(sample))
        flow.stop()
        sent = flow.flow.sent
        run.wait_for("everything is settled", 120, lambda: worker.settled() >= sent, pause=0.1)
        total = worker.stop()
    finally:
        flow.stopping.set()
        flow.flow.kill()
        worker.end()
    flat = judge(samples, arguments.seconds, rate)
    bad = sent // BAD
    exact = total["balances"] and total["succeeded"] == sent - bad and total["deadLettered"] == bad
    print(f"sent {sent} events in {arguments.seconds:.0f} s, {sent / arguments.seconds:.0f} a second of {rate} wanted; succeeded {total['succeeded']}, "
          f"dead-lettered {total['deadLettered']} of {bad} bad: {'exact' if exact else 'WRONG'}", flush=True)
    return 0 if flat and exact else 1


sys.exit(main())
