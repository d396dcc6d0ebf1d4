#!/usr/bin/env python3
"""Reads the lines of Benchmarks/run (mode, peer, result, the producer's result in mode latency) and prints medians beside what is asked of the peer."""
import json
import statistics
import sys

# The least shares of the ceiling's events a second; members that are read in place in `typed`.
SHARES = {
    "noop": 1.0, "noop-fixed": 1.2, "typed": 0.80, "typed-strings": 0.50, "slow": 0.60, "slow-task": 0.25, "dlq": 0.60,
}
# The most of the ceiling's latency, by percentile.
LATENCIES = {"p50": 1.15, "p99": 1.5}
MICROSECONDS_AN_EVENT, TIMES_OF_THE_CEILING, MEBIBYTES = 1.3, 1.1, 160


def median(runs, of):
    return statistics.median(of(run) for run in runs)


def cpu(run):
    return run["cpu_seconds"] / run["events"] * 1e6


def rate(run):
    return run["events"] / run["seconds"]


def mebibytes(run):
    return run["max_rss_kb"] / 1024


def speed(runs):
    print(f"\n{'mode':13} {'peer':10} {'events/s':>9} {'least':>9} {'most':>9} {'share':>6} {'asked':>6} {'CPU µs':>7} "
          f"{'asked':>6} {'MiB':>5} {'asked':>6}   medians")
    for mode, peers in runs.items():
        ceiling = peers.get("limit")
        for peer, of in peers.items():
            share = f"{median(of, rate) / median(ceiling, rate):.2f}" if ceiling else "-"
            asked, processor, memory = "-", "-", "-"
            if peer == "peer":
                asked, memory = f"{SHARES[mode]:.2f}", str(MEBIBYTES)
                if mode == "noop":
                    most = max(MICROSECONDS_AN_EVENT, TIMES_OF_THE_CEILING * median(ceiling, cpu) if ceiling else 0)
                    processor = f"{most:.2f}"
            rates = [rate(run) for run in of]
            print(f"{mode:13} {peer:10} {statistics.median(rates):9.0f} {min(rates):9.0f} {max(rates):9.0f} {share:>6} "
                  f"{asked:>6} {median(of, cpu):7.2f} {processor:>6} {median(of, mebibytes):5.0f} {memory:>6}")


def latency(peers):
    print(f"\n{'latency':13} {'peer':10} {'µs':>9} {'least':>9} {'most':>9} {'times':>6} {'asked':>6}   medians; event to settled")
    ceiling = peers.get("limit")
    for percentile in ("p50", "p99", "p999", "max"):
        def of(run):
            return run["latency_us"][percentile]
        for peer, runs in peers.items():
            times = f"{median(runs, of) / median(ceiling, of):.2f}" if ceiling else "-"
            asked = f"{LATENCIES[percentile]:.2f}" if peer == "peer" and percentile in LATENCIES else "-"
            values = [of(run) for run in runs]
            print(f"{percentile:13} {peer:10} {statistics.median(values):9.0f} {min(values):9.0f} {max(values):9.0f} "
                  f"{times:>6} {asked:>6}")
    # Below these no latency can be had, and steps that were late mean that the machine had something else to do.
    for what, name in (("ack_us", "to the ack"), ("late_us", "step late")):
        for percentile in ("p50", "p99"):
            for peer, runs in peers.items():
                values = [run["producer"][what][percentile] for run in runs]
                print(f"{name + ' ' + percentile:13} {peer:9} {statistics.median(values):9.0f} {min(values):9.0f} {max(values):9.0f}")


def main():
    runs = {}
    for line in open(sys.argv[1]):
        mode, peer, result, producer = line.rstrip("\n").split("\t")
        run = json.loads(result)
        if producer:
            run["producer"] = json.loads(producer)
        runs.setdefault(mode, {}).setdefault(peer, []).append(run)
    paced = runs.pop("latency", None)
    if runs:
        speed(runs)
    if paced:
        latency(paced)


main()
