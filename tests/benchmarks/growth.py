"""Time and memory of networks of a thousand to ten thousand layers, which any text may have."""

from __future__ import annotations

import subprocess
import sys

from tests.benchmarks.paired import ROOT, environment, line

SIZES = (1_000, 3_000, 10_000)
CHAIN = """
network Chain {{
    input 8x16x16
    repeat {half} {{ conv 8 3x3 pad=1 -> relu }}
}}
"""
DENSE = """
network Dense {{
    input 8x8x8
    repeat {units} {{ concat {{ identity; conv 4 3x3 pad=1 }} }}
}}
"""
BRANCHING = """
block Unit {{
    add {{ identity; {{ conv 8 3x3 pad=1 -> relu }} }}
}}

network Branching {{
    input 8x16x16
    for i in range({units}) {{
        concat {{ conv 4 1x1; conv 4 3x3 pad=1; conv 4 1x1 }}
        conv 8 1x1 -> relu
        u{{i}}: add {{ identity; conv 8 3x3 pad=1 }}
        Unit
    }}
}}
"""
FLAT = "network Flat {{\n    input 8x16x16\n{lines}}}\n"

RUN = """
import gc, resource, sys, time
from archc.check import Options, check
from archc.files import Files
from archc.language.source import Source
text = sys.stdin.read()
check(Source("network N { input 8x8x8; conv 8 3x3 }", "warm"), Options(), Files().imported)
gc.disable()
begin = time.process_time()
result = check(Source(text, "text"), Options(), Files().imported)
took = time.process_time() - begin
(network,) = result.networks
assert network.facts.status == "exact", result.diagnostics[:3]
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(took, memory, len(network.graph.nodes) - 1)
"""


def texts(size: int) -> dict[str, str]:
    return {
        "chain, by a loop": CHAIN.format(half=size // 2),
        "chain, every layer written": FLAT.format(lines="    conv 8 3x3 pad=1\n" * size),
        "dense graph: each reads all before": DENSE.format(units=size // 3),
        "branches, groups and blocks": BRANCHING.format(units=size // 12),
    }


def main() -> None:
    line("", "layers", "CPU seconds", "peak memory")
    for kind in texts(1):
        for size in SIZES:
            done = subprocess.run(
                [sys.executable, "-c", RUN],
                input=texts(size)[kind],
                capture_output=True,
                text=True,
                check=False,
                cwd=ROOT,
                env=environment(),
            )
            if done.returncode:
                line(kind, f"{size:,}", done.stderr.strip().splitlines()[-1])
                continue
            took, memory, layers = done.stdout.split()
            line(kind, f"{int(layers):,}", f"{float(took):.2f}", f"{int(memory) / 1024:.0f} MiB")
