"""How fast archc is: `python -m tests.benchmarks [start|peers|parse|growth|build|gpu …]`.

No part of the suite. Every comparison is paired: the two take turns, and what is printed is the
median of the ratios, which load from elsewhere moves little.
"""

from __future__ import annotations

import sys

from tests.benchmarks import build, gpu, growth, hostile, modules, parse, peers, start

PARTS = {
    "start": start,
    "peers": peers,
    "parse": parse,
    "growth": growth,
    "build": build,
    "modules": modules,
    "gpu": gpu,
    "hostile": hostile,
}


def main(words: list[str]) -> int:
    unknown = [word for word in words if word not in PARTS]
    if unknown:
        print(f"no part is called {', '.join(unknown)}; there are {', '.join(PARTS)}")
        return 2
    for name in words or PARTS:
        print(f"== {(PARTS[name].__doc__ or name).splitlines()[0]}", flush=True)
        PARTS[name].main()
        print(flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
