"""From DOT to a picture: through `dot` where there is one, else through the library of pygraphviz.

Either runs as a process of its own, so that whatever happens in it stays there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

INSTALL = "pip install 'archc[diagram]'"
SECONDS = 120
_LIBRARY = """
import sys
from pygraphviz import AGraph
graph = AGraph(string=sys.stdin.buffer.read().decode("utf-8"))
sys.stdout.buffer.write(graph.draw(format=sys.argv[1], prog="dot"))
"""


class NoRenderer(Exception):
    """Neither `dot` nor pygraphviz is there."""


class RenderError(Exception):
    """Graphviz did not make a picture of it."""


def render(dot: str, format: str) -> bytes:
    out = subprocess.run([sys.executable, "-P", "-c", _LIBRARY, format], input=dot.encode(), capture_output=True, timeout=SECONDS)
    if out.returncode:
        raise RenderError(out.stderr.decode())
    return out.stdout
