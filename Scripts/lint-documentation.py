#!/usr/bin/env python3
"""Prints every public name without a documentation comment, from the symbol graphs in a folder.

lint-documentation.py FOLDER     (as `swift package dump-symbol-graph` writes them)
"""

import json
import os
import sys

counted = 0
for module in sorted(os.listdir("Sources")):
    path = os.path.join(sys.argv[1], module + ".symbols.json")
    if not os.path.exists(path):
        continue
    for symbol in json.load(open(path))["symbols"]:
        counted += 1
        if not any(line["text"].strip() for line in symbol.get("docComment", {}).get("lines", [])):
            location = symbol.get("location", {})
            file = location.get("uri", "").removeprefix("file://").removeprefix(os.getcwd() + "/")
            print(f"{file}:{location.get('position', {}).get('line', 0) + 1}: {module}.{'.'.join(symbol['pathComponents'])}")
print(f"lint: {counted} public names were looked at", file=sys.stderr)

