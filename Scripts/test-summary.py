#!/usr/bin/env python3
"""Reads the JUnit XML that `swift test` left in a folder, and says what ran and what was skipped, with each reason.

test-summary.py FOLDER [--real-broker-at-least N]

Tests on a real broker are those of the suites whose names begin with RealBroker. Exits 1 when a test
failed, when none ran, or when fewer than N of them ran on a real broker.
"""

import argparse
import collections
import glob
import sys
import xml.etree.ElementTree


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--real-broker-at-least", type=int, default=0)
    arguments = parser.parse_args()

    ran, failed, skipped, real = 0, [], collections.Counter(), []
    for path in sorted(glob.glob(arguments.folder + "/*.xml")):
        for case in xml.etree.ElementTree.parse(path).iter("testcase"):
            name = f"{case.get('classname')}/{case.get('name')}"
            reason = case.find("skipped")
            if reason is not None:
                skipped[(reason.text or "without a reason").strip()] += 1
                continue
            ran += 1
            if case.find("failure") is not None:
                failed.append(name)
            if ".RealBroker" in name:
                real.append(name)

    print(f"{ran} tests ran, {len(real)} of them on a real broker; {sum(skipped.values())} skipped, {len(failed)} failed")
    for reason, count in skipped.most_common():
        print(f"  skipped {count}: {reason}")
    for name in failed:
        print(f"  failed: {name}")
    if len(real) < arguments.real_broker_at_least:
        print(f"only {len(real)} tests ran on a real broker, at least {arguments.real_broker_at_least} must")
        return 1
    return 1 if failed or ran == 0 else 0


sys.exit(main())
