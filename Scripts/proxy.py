#!/usr/bin/env python3
"""A TCP proxy before Kafka brokers that cuts and stalls connections, by client and by broker.

proxy.py PORT=HOST:PORT,...     as Scripts/kafka says it in KAFKA_PROXIED; the first pair is broker 1

Takes commands from stdin, a line each, and answers each with `ok`:
  cut NAME CLIENT BROKER        resets the connections that are there, and those that come
  stall NAME CLIENT BROKER      takes connections, and passes nothing on in either direction
  heal NAME                     takes the rule of that name back
CLIENT is the client.id that a connection's first request carries, BROKER a number; * is any. Ends when stdin does.
"""

import socket
import struct
import sys
import threading

changed = threading.Condition()
rules = {}  # by name: kind, client, broker
connections = set()


class Connection:
    """A client's connection and the one to the broker behind it."""

    def __init__(self, client, broker):
        self.sockets, self.broker, self.name = [client], broker, None

    def meets(self, kind):
        """Whether a rule of this kind is about it. One that has not said its name yet meets those about all clients."""
        return any(k == kind and c in ("*", self.name) and b in ("*", str(self.broker)) for k, c, b in rules.values())

    def close(self, reset=False):
        with changed:
            connections.discard(self)
            changed.notify_all()
        for one in self.sockets:
            try:
                if reset:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            if reset:
                one.close()

    def serve(self, target):
        try:
            first = self.hello()
            with changed:
                if self.meets("cut"):
                    return self.close(reset=True)
            broker = socket.create_connection(target, timeout=10)
            broker.settimeout(None)
            for one in (self.sockets[0], broker):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sockets.append(broker)
            back = threading.Thread(target=self.pump, args=(broker, self.sockets[0]), daemon=True)
            back.start()
            self.pump(self.sockets[0], broker, first)
            back.join()
        except OSError:
            self.close()
        finally:
            for one in self.sockets:
                one.close()

    def hello(self):
        """The first bytes, with a whole name: size, key, version, correlation, the name's length, the name."""
        data = b""
        while len(data) < 14 or len(data) < 14 + max(0, struct.unpack(">h", data[12:14])[0]):
            more = self.sockets[0].recv(1024)
            if not more:
                raise ConnectionError
            data += more
        length = struct.unpack(">h", data[12:14])[0]
        self.name = data[14:14 + max(0, length)].decode(errors="replace")
        return data

    def pump(self, source, sink, data=b""):
        try:
            while True:
                with changed:
                    changed.wait_for(lambda: self not in connections or not self.meets("stall"))
                    if self not in connections:
                        return
                sink.sendall(data)
                data = source.recv(262_144)
                if not data:
                    break
        except OSError:
            pass
        self.close()


def listen(broker, port, target):
    with socket.create_server(("127.0.0.1", port), backlog=128) as server:
        while True:
            connection = Connection(server.accept()[0], broker)
            with changed:
                connections.add(connection)
            threading.Thread(target=connection.serve, args=(target,), daemon=True).start()


def main():
    if len(sys.argv) != 2 or "=" not in sys.argv[1]:
        print(__doc__, file=sys.stderr)
        return 64
    for broker, pair in enumerate(sys.argv[1].split(","), 1):
        port, target = pair.split("=")
        host, target_port = target.rsplit(":", 1)
        threading.Thread(target=listen, args=(broker, int(port), (host, int(target_port))), daemon=True).start()
    for line in sys.stdin:
        words = line.split()
        with changed:
            if words[0] == "heal":
                rules.pop(words[1], None)
            else:
                rules[words[1]] = (words[0], words[2], words[3])
            changed.notify_all()
            met = [one for one in connections if one.meets("cut")]
        for one in met:
            one.close(reset=True)
        print("ok", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
