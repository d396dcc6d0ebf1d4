"""What runs on a real Kafka have in common: workers that are started, watched, killed and stopped; events that are sent."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time


class Run:
    """One run, which says what happens and when, and gives up loudly."""

    def __init__(self, name):
        self.name, self.began = name, time.monotonic()
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: sys.exit(143))

    def say(self, text):
        print(f"{self.name}: {time.monotonic() - self.began:6.1f} s  {text}", file=sys.stderr, flush=True)

    def fail(self, text):
        raise SystemExit(f"{self.name}: {text}")

    def wait_for(self, what, seconds, condition, pause=0.05):
        """Looks until the condition holds and returns what it returned."""
        deadline = time.monotonic() + seconds
        while True:
            result = condition()
            if result:
                return result
            if time.monotonic() > deadline:
                self.fail(f"waited {seconds} s in vain: {what}")
            time.sleep(pause)


def kafka(tool, *arguments):
    """What one of Kafka's own tools answers."""
    command = [os.path.join(os.environ["KAFKA_HOME"], "bin", tool), "--bootstrap-server", os.environ["KAFKA_BOOTSTRAP_SERVERS"], *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def create_topics(*topics, partitions, **settings):
    """Topics that keep everything, unless settings (with `_` for `.`) say otherwise."""
    configuration = {"retention.ms": "-1", **{name.replace("_", "."): str(value) for name, value in settings.items()}}
    for topic in topics:
        kafka("kafka-topics.sh", "--create", "--topic", topic, "--partitions", str(partitions),
              *(word for name, value in configuration.items() for word in ("--config", f"{name}={value}")))


class Flow:
    """Sends small events, of about 150 bytes and 20,000 keys, through one kcat."""

    block_size = 20_000

    def __init__(self, topic, bad=0):
        """`bad`: of how many events one is no event; 0 for none."""
        self.sent = 0
        self.block = []
        for number in range(self.block_size):
            event = b'{"specversion":"1.0","id":"%d","source":"/flow","type":"com.qlik.scheduling.task.updated","data":{"n":%d}}' % (number, number)
            self.block.append(b"key-%d\t%s\n" % (number, event if not bad or (number + 1) % bad else b"no event %d" % number))
        self.kcat = subprocess.Popen(
            ["kcat", "-P", "-b", os.environ["KAFKA_BOOTSTRAP_SERVERS"], "-t", topic, "-K", "\\t", "-H", "content-type=application/cloudevents+json",
             "-X", "topic.partitioner=murmur2_random", "-X", "linger.ms=20", "-X", "batch.num.messages=10000", "-X", "message.timeout.ms=0"],
            stdin=subprocess.PIPE)

    def send(self, count):
        """Sends the next events; waits where kcat has no room."""
        while count > 0:
            at = self.sent % self.block_size
            some = self.block[at:at + count]
            self.kcat.stdin.write(b"".join(some))
            self.sent += len(some)
            count -= len(some)
        self.kcat.stdin.flush()

    def end(self):
        """Waits until all is acknowledged."""
        self.kcat.stdin.close()
        if self.kcat.wait() != 0:
            raise RuntimeError(f"kcat ended with {self.kcat.returncode}")

    def kill(self):
        if self.kcat.poll() is None:
            self.kcat.kill()
            self.kcat.wait()


class PacedFlow(threading.Thread):
    """Sends so many events a second until it is stopped, a fiftieth of them at a time."""

    def __init__(self, topic, rate, bad=0):
        super().__init__(daemon=True)
        self.flow, self.rate, self.failure = Flow(topic, bad), rate, None
        self.stopping = threading.Event()

    def run(self):
        start = time.monotonic()
        try:
            while not self.stopping.wait(0.02):
                self.flow.send(int((time.monotonic() - start) * self.rate) - self.flow.sent)
            self.flow.end()
        except (OSError, RuntimeError) as error:  # whoever stops it raises it
            self.failure = error

    def stop(self):
        self.stopping.set()
        self.join()
        self.flow.kill()
        if self.failure:
            raise self.failure


class Worker:
    """One `millrace run` with a configuration and an admin port of its own. Its output is NAME-N.out, its log NAME-N.log."""

    flags = ()  # beside those that every run has

    def __init__(self, run, name, millrace, folder):
        self.run, self.name, self.millrace, self.folder = run, name, millrace, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process, self.connection, self.starts = None, None, 0
        self.asking = threading.Lock()
        self.configuration = os.path.join(folder, name + ".yaml")

    def start(self):
        self.starts += 1
        self.output = os.path.join(self.folder, f"{self.name}-{self.starts}.out")
        with open(self.output, "w") as out, open(self.output.replace(".out", ".log"), "w") as log:
            self.process = subprocess.Popen(
                [self.millrace, "run", "--json", "--config", self.configuration, *self.flags], stdin=subprocess.DEVNULL, stdout=out, stderr=log)
        self.run.say(f"{self.name} started, pid {self.process.pid}")

    def get(self, path):
        """Status and body, or None while nothing answers. Any thread."""
        with self.asking:
            for _ in range(2):
                try:
                    if self.connection is None:
                        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                    self.connection.request("GET", path)
                    response = self.connection.getresponse()
                    return response.status, response.read().decode()
                except (OSError, http.client.HTTPException):
                    self.connection = None
            return None

    def ready(self):
        self.check()
        answer = self.get("/readyz")
        return answer is not None and answer[0] == 200

    def check(self):
        """That it still runs."""
        if self.process.poll() is not None:
            log = open(self.output.replace(".out", ".log"), errors="replace").read()[-2000:]
            self.run.fail(f"{self.name} ended by itself with {self.process.returncode}:\n{log}")

    def metrics(self):
        """By name, the values by partition; nothing while nobody answers. The worker has to run."""
        self.check()
        return self.page()

    def page(self):
        """The same, whatever the worker does."""
        answer = self.get("/metrics")
        found = {}
        for name, partition, value in re.findall(r'^(millrace_\w+)\{[^}]*partition="(\d+)"[^}]*\} (\S+)$', answer[1] if answer else "", re.M):
            found.setdefault(name, {})[int(partition)] = float(value)
        return found

    def kill_unsettled(self, limit, seconds):
        """Waits for a moment in which more than so many records are unsettled, kills in it, and says how many and what it saw."""
        def unsettled():
            metrics = self.metrics()
            count = sum(metrics.get("millrace_records_in_flight", {}).values())
            return (count, metrics) if count > limit else None

        found = self.run.wait_for(f"{self.name} has over {limit} unsettled records", seconds, unsettled, pause=0.001)
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        return found

    def terminate(self):
        self.check()
        self.process.send_signal(signal.SIGTERM)

    def wait(self):
        """The status with which it ends."""
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.end()
            self.run.fail(f"{self.name} did not end within 60 s of SIGTERM")

    def last_line(self):
        return open(self.output, errors="replace").read().strip().split("\n")[-1]

    def end(self):
        """Whatever it does."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
