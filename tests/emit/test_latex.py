"""`--format latex`: escaped, in columns, and compiled where a LaTeX is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from archc.emit import compare
from archc.emit.latex import escape, latex
from tests.emit.report.pages import HOSTILE, chapter
from tests.emit.samples import OPEN, PAIR, SMALL, checked, network

UNSIZED = "network Open { input 3xHxW; conv 16 3x3 pad=1 }"
LATEX = shutil.which("pdflatex")


def test_rows_and_totals() -> None:
    text = latex([network(SMALL)])
    assert r"\caption{Small: 3$\times$32$\times$32 $\to$ 10, per image, float32.}" in text
    assert r"stem & conv 8 3$\times$3 pad 1 & 8$\times$32$\times$32 & 224 & 221,184 & 3 \\" in text
    assert r"\hspace{1em}1{-}2" in text
    assert r"$\times\,2$" in text
    assert r"total &  &  & 8,154 &" in text
    body = text[text.index("\\toprule") : text.index("\\bottomrule")]
    assert {line.count(" & ") for line in body.splitlines() if line.endswith(r"\\")} <= {4, 5}


def test_expanded() -> None:
    assert latex([network(SMALL)], expand=True).count("conv1") > latex([network(SMALL)]).count(
        "conv1"
    )


def test_every_sign_is_harmless() -> None:
    signs = "".join(map(chr, range(32, 127)))
    text = escape(signs)
    left = re.sub(r"\\[a-z]+\{\}|\\[{}$&#%_]|\{[-[\]*]\}", "", text)
    assert not set(left) & set("\\{}$&#%_^~")


def test_the_same_bytes() -> None:
    assert latex([network(PAIR)]) == latex([network(PAIR)])


def test_what_is_unknown_is_no_bound() -> None:
    assert "total &  &  & 448 & ? &" in latex([network(UNSIZED)])
    half = "network Half { input 3x8x8; conv 4 3x3; conv 4 9x9; linear 10 }"
    assert "total &  &  & ? & ? &" in latex(checked(half).networks)
    none = "network None_ { conf 4 3x3; conv 4 9x9 }"
    for one in checked(none).networks:
        assert r"$\geq$ ?" not in latex([one])


@pytest.mark.skipif(LATEX is None, reason="no LaTeX is installed")
def test_it_compiles(tmp_path: Path) -> None:
    found = [*checked(PAIR).networks, network(SMALL), network(OPEN), network(HOSTILE)]
    found += chapter("googlenet").checked.networks
    strange = "".join(map(chr, range(32, 127))) + "\u00e9\u00d7\u2192\u65e5\u202e\U0001f600"
    text = [
        "\\documentclass{article}\\usepackage[T1]{fontenc}\\usepackage{booktabs}",
        "\\usepackage{textcomp}\\begin{document}",
        latex(found).replace("\\begin{table}", "\\begin{table}[p]"),
        compare.latex(found[:3]),
        f"[x] \\\\ {escape(strange)}",
        "\\end{document}",
    ]
    (tmp_path / "a.tex").write_text("\n".join(text), encoding="utf-8")
    command = [str(LATEX), "-interaction=nonstopmode", "-halt-on-error", "a.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
