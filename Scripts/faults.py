"""The faults of `Scripts/chaos --large`: which ones a seed gives, and how each is done to workers, network and brokers."""

import json
import os
import random
import signal
import socket
import struct
import subprocess
import threading
import time

import drive

# Of a hundred.
SHARES = {"kill": 30, "stop": 14, "leave": 6, "broker": 10, "coordinator": 8, "cut": 10, "stall": 8, "letters": 10, "partitions": 4}
LETTER_WAYS = ["acl", "size", "replicas"]
UNSETTLED = 50  # records in flight that a kill waits for
SESSION = 6  # seconds: the workers' session.timeout.ms


def plan(seed, count, workers, brokers):
    """So many faults, of every kind, each with the pause before it and all that is drawn for it."""
    source = random.Random(f"faults {seed}")
    kinds = [kind for kind, share in SHARES.items() for _ in range(max(1, round(share * count / 100)))]
    kinds += source.choices(list(SHARES), list(SHARES.values()), k=max(0, count - len(kinds)))
    source.shuffle(kinds)
    faults, letters = [], 0
    for number, kind in enumerate(kinds, 1):
        fault = {"number": number, "kind": kind, "pause": round(source.uniform(1, 4.5), 2), "worker": source.randrange(workers),
                 "broker": source.randrange(brokers) + 1, "seconds": round(source.uniform(1, 6), 2), "where": source.choice(["worker", "broker", "both"])}
        if kind == "stop":
            fault["seconds"] += SESSION
        if kind in ("cut", "stall"):
            fault["seconds"] *= 2
        if kind == "letters":
            fault["way"] = LETTER_WAYS[letters % len(LETTER_WAYS)]
            letters += 1
        faults.append(fault)
    return faults


class Cluster:
    """The brokers that Scripts/kafka started, and what can be done to them."""

    def __init__(self, run, group):
        self.run, self.group = run, group
        self.folder = os.environ["KAFKA_FOLDER"]
        self.script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "kafka")
        self.servers = os.environ["KAFKA_BOOTSTRAP_SERVERS"]

    def script_does(self, command, broker):
        subprocess.run([self.script, command, self.folder, str(broker)], check=True, stdin=subprocess.DEVNULL)

    def topics(self):
        """Topics by name, as kcat sees them."""
        answer = subprocess.run(["kcat", "-L", "-J", "-m", "5", "-b", self.servers], capture_output=True, text=True)
        return {topic["topic"]: topic["partitions"] for topic in json.loads(answer.stdout)["topics"]} if answer.returncode == 0 else {}

    def is_whole(self):
        """Whether every partition has a leader and all its replicas."""
        topics = self.topics()
        return topics and all(len(p["isrs"]) == len(p["replicas"]) and p["leader"] >= 0 for partitions in topics.values() for p in partitions)

    def coordinator(self):
        """The broker that coordinates the group: the leader of the group's partition of the offsets' topic."""
        partitions = self.run.wait_for("the offsets' topic has leaders", 60, lambda: self.topics().get("__consumer_offsets"))
        value = 0
        for character in self.group:
            value = (value * 31 + ord(character)) & 0xFFFFFFFF
        own = (value & 0x7FFFFFFF) % len(partitions) if value < 0x80000000 else (0x100000000 - value) % len(partitions)
        return next(p["leader"] for p in partitions if p["partition"] == own)

    def tool(self, *words):
        """Runs one of Kafka's tools until it succeeds: while a broker is down or the controller moves, they fail."""
        deadline = time.monotonic() + 120
        while True:
            try:
                return drive.kafka(*words)
            except subprocess.CalledProcessError as error:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{words[0]}: {error.stdout} {error.stderr}") from error
                time.sleep(1)

    def set_topic(self, topic, setting, value):
        """Sets one setting of a topic, or with None takes it back: IncrementalAlterConfigs (44), version 0, of Kafka's protocol."""
        def text(words):
            return struct.pack(">h", -1) if words is None else struct.pack(">h", len(words)) + words.encode()

        body = struct.pack(">ib", 1, 2) + text(topic) + struct.pack(">i", 1) + text(setting) + struct.pack(">b", 1 if value is None else 0) + text(value) + b"\0"
        request = struct.pack(">hhi", 44, 0, 1) + text("chaos") + body
        deadline, trouble = time.monotonic() + 120, "no broker answers"
        while time.monotonic() < deadline:
            for server in self.servers.split(","):
                try:
                    host, port = server.rsplit(":", 1)
                    with socket.create_connection((host, int(port)), timeout=10) as connection, connection.makefile("rb") as answers:
                        connection.sendall(struct.pack(">i", len(request)) + request)
                        size, = struct.unpack(">i", answers.read(4))
                        # After the correlation, the throttle time and the number of answers.
                        code, = struct.unpack(">h", answers.read(size)[12:14])
                        if code == 0:
                            return
                        trouble = f"error {code}"
                except (OSError, struct.error) as error:
                    trouble = str(error)
            time.sleep(1)
        raise RuntimeError(f"{setting} of {topic} could not be set: {trouble}")

    def bring_back(self, broker):
        self.script_does("restart", broker)
        self.run.wait_for("all replicas are in step again", 180, self.is_whole, pause=0.5)


class Proxy:
    """Scripts/proxy.py as a process."""

    def __init__(self):
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "proxy.py")
        self.lock = threading.Lock()
        self.process = subprocess.Popen(["python3", script, os.environ["KAFKA_PROXIED"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.servers = ",".join("127.0.0.1:" + pair.split("=")[0] for pair in os.environ["KAFKA_PROXIED"].split(","))

    def tell(self, *words):
        with self.lock:
            print(*words, file=self.process.stdin, flush=True)
            if self.process.stdout.readline() != "ok\n":
                raise RuntimeError("the proxy does not answer")

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Faults:
    """Does the faults of a plan, several at once, but each worker, the brokers and the letters' topic only one at a time."""

    def __init__(self, run, cluster, proxy, workers, topic, letters, partitions):
        self.run, self.cluster, self.proxy, self.workers = run, cluster, proxy, workers
        self.topic, self.letter_topic, self.partition_count = topic, letters, partitions
        self.locks = {name: threading.Lock() for name in [*(w.name for w in workers), "brokers", "letters", "topic"]}
        self.threads, self.done, self.failure = [], [], None

    def begin(self, fault):
        """Waits until what the fault needs is whole, and begins it."""
        needs = {"broker": ["brokers"], "coordinator": ["brokers"], "letters": ["brokers", "letters"] if fault.get("way") == "replicas" else ["letters"],
                 "partitions": ["topic"]}.get(fault["kind"], [self.workers[fault["worker"]].name])
        for name in needs:
            # Ends of workers are still looked for meanwhile.
            while not self.locks[name].acquire(timeout=0.2):
                self.watch()
        thread = threading.Thread(target=self.do, args=(fault, needs), daemon=True)
        self.threads.append(thread)
        thread.start()

    def watch(self):
        """Fails when a fault could not be done; brings workers back that ended by themselves."""
        if self.failure:
            raise self.failure
        for worker in self.workers:
            if worker.has_ended_by_itself() and self.locks[worker.name].acquire(blocking=False):
                try:
                    if worker.has_ended_by_itself():
                        worker.bring_back()
                finally:
                    self.locks[worker.name].release()

    def finish(self):
        """Waits until all that was begun is over."""
        for thread in self.threads:
            while thread.is_alive():
                thread.join(0.2)
                self.watch()
        self.watch()

    def do(self, fault, needs):
        entry = {**fault, "began": time.monotonic_ns(), "hit": ""}
        try:
            entry["hit"] = getattr(self, fault["kind"])(fault)
        except BaseException as error:  # the main thread reports it
            self.failure = error
        entry["ended"] = time.monotonic_ns()
        self.done.append(entry)
        for name in needs:
            self.locks[name].release()

    def say(self, fault, text):
        self.run.say(f"fault {fault['number']}: {fault['kind']}: {text}")
        return text

    # MARK: Kinds

    def kill(self, fault):
        worker = self.workers[fault["worker"]]
        # Two of three wait for work to be under way.
        deadline, unsettled = time.monotonic() + 5, 0
        while fault["number"] % 3 and unsettled < UNSETTLED and time.monotonic() < deadline:
            unsettled = sum(worker.page().get("millrace_records_in_flight", {}).values())
            time.sleep(0.002)
        worker.kill_now()
        text = self.say(fault, f"{worker.name}, pid {worker.process.pid}, about {unsettled:.0f} unsettled")
        time.sleep(fault["seconds"] / 3)
        worker.start()
        return text

    def stop(self, fault):
        worker = self.workers[fault["worker"]]
        worker.process.send_signal(signal.SIGSTOP)
        text = self.say(fault, f"{worker.name}, pid {worker.process.pid}, stopped for {fault['seconds']:.1f} s")
        time.sleep(fault["seconds"])
        worker.process.send_signal(signal.SIGCONT)
        return text

    def leave(self, fault):
        worker = self.workers[fault["worker"]]
        text = self.say(fault, f"{worker.name}, pid {worker.process.pid}, told to stop")
        worker.leave()
        time.sleep(fault["seconds"] / 2)
        worker.start()
        return text

    def broker(self, fault):
        text = self.say(fault, f"broker {fault['broker']} killed")
        self.cluster.script_does("kill", fault["broker"])
        time.sleep(fault["seconds"])
        self.cluster.bring_back(fault["broker"])
        return text

    def coordinator(self, fault):
        broker = self.cluster.coordinator()
        self.cluster.script_does("shutdown", broker)
        text = self.say(fault, f"broker {broker}, which coordinated, shut down; now {self.cluster.coordinator()} does")
        time.sleep(fault["seconds"] / 2)
        self.cluster.bring_back(broker)
        return text

    def cut(self, fault):
        return self.disturb(fault, "cut")

    def stall(self, fault):
        return self.disturb(fault, "stall")

    def disturb(self, fault, how):
        client = "*" if fault["where"] == "broker" else self.workers[fault["worker"]].name
        broker = "*" if fault["where"] == "worker" else str(fault["broker"])
        name = f"fault-{fault['number']}"
        text = self.say(fault, f"between {client} and broker {broker} for {fault['seconds']:.1f} s")
        self.proxy.tell(how, name, client, broker)
        time.sleep(fault["seconds"])
        self.proxy.tell("heal", name)
        return text

    def letters(self, fault):
        def rights(*change):
            self.cluster.tool("kafka-acls.sh", "--force", *change, "--topic", self.letter_topic)

        text = self.say(fault, f"{self.letter_topic} refuses ({fault['way']})")
        if fault["way"] == "acl":
            rights("--add", "--deny-principal", "User:millrace", "--operation", "Write")
            time.sleep(fault["seconds"])
            rights("--remove", "--deny-principal", "User:millrace", "--operation", "Write")
        elif fault["way"] == "size":
            self.cluster.set_topic(self.letter_topic, "max.message.bytes", "20")
            time.sleep(fault["seconds"])
            self.cluster.set_topic(self.letter_topic, "max.message.bytes", None)
        else:
            self.cluster.set_topic(self.letter_topic, "min.insync.replicas", "3")
            self.cluster.script_does("kill", fault["broker"])
            time.sleep(fault["seconds"] + 6)
            self.cluster.bring_back(fault["broker"])
            self.cluster.set_topic(self.letter_topic, "min.insync.replicas", None)
        return text

    def partitions(self, fault):
        self.partition_count += 2
        text = self.say(fault, f"{self.topic} gets {self.partition_count}")
        # Its answer may be lost, and a second time it would be refused: so it is asked what there is.
        while len(self.run.wait_for("topics are told", 120, self.cluster.topics).get(self.topic, ())) < self.partition_count:
            try:
                drive.kafka("kafka-topics.sh", "--alter", "--topic", self.topic, "--partitions", str(self.partition_count))
            except subprocess.CalledProcessError:
                time.sleep(1)
        return text
