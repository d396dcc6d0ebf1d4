#!/usr/bin/env python3
"""Prints what can take the process down, or tells the compiler to look away, and has no comment beside it.

lint-reasons.py FILE...     only files under Sources are judged
"""

import re
import sys

RISKY = re.compile(
    r"\btry!|\bas!|\b(fatalError|preconditionFailure|unsafeBitCast)\(|\bunowned\(unsafe\)"
    r"|@unchecked Sendable|\bnonisolated\(unsafe\)"
)

for path in sys.argv[1:]:
    if not path.startswith("Sources/"):
        continue
    lines = open(path).read().split("\n")
    for number, line in enumerate(lines):
        if not RISKY.search(line.split("//")[0]):
            continue
        above = number - 1
        # Attributes and the first lines of a wrapped declaration may stand between it and its comment.
        while above >= 0 and lines[above].strip().startswith("@"):
            above -= 1
        if "//" not in line and not (above >= 0 and lines[above].strip().startswith("//")):
            print(f"{path}:{number + 1}: {line.strip()}")
