"""Every stated limit has its message, and what is below it takes linear time."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archc.check import Options, check
from archc.emit.render import render_all
from archc.files import Files, Problem
from archc.graph.modules import MOST_IMPORTS, ReadError
from archc.language.source import Source


def network(body: str, before: str = "") -> str:
    return f"{before}\nnetwork N {{\n    input 3x8x8\n    {body}\n}}\n"


def doubling(first: str, step: str, name: str = "a") -> str:
    """Sixty definitions, each twice as large as the one before."""
    lines = [f"let {name}0 = {first}"]
    lines += [f"let {name}{i + 1} = {step.replace('@', f'{name}{i}')}" for i in range(60)]
    return "\n".join(lines)


def blocks(first: str, step: str, count: int = 60) -> str:
    lines = [f"block B0 {first}"]
    lines += [f"block B{i + 1} {step.replace('@', f'B{i}')}" for i in range(count)]
    return "\n".join(lines)


LIMITS = {
    "list of lists": (network("conv a60 1x1", doubling("[0, 0]", "[@, @]")), "list-too-long"),
    "equal lists": (
        network(
            "if a60 == b60 { relu }",
            doubling("[0]", "[@, @]") + "\n" + doubling("[0]", "[@, @]", "b"),
        ),
        "list-too-long",
    ),
    "long list": (network("for i in range(10**9) { relu }"), "list-too-long"),
    "list times": (network("for i in [1] * 10**9 { relu }"), "list-too-long"),
    "text": (network("relu", doubling('"ab"', "@ + @")), "text-too-long"),
    "number": (network("conv 2**(2**(2**(2**5))) 1x1"), "number-too-large"),
    "exponent": (network("let a = 10**-100000000\n    relu"), "number-too-large"),
    "fraction": (network("let a = 1.5**1000000\n    relu"), "number-too-large"),
    "product": (network("relu", doubling("3", "@ * @")), "number-too-large"),
    "axis": (network("repeat 100 { upsample 2 }"), "number-too-large"),
    "channels": (network("repeat 100 { concat { identity; identity } }"), "number-too-large"),
    "empty loop": (network("repeat 10**12 { }"), "too-large"),
    "loops": (network("repeat 10**6 { repeat 10**6 { } }"), "too-large"),
    "work on lists": (network("for i in range(10**5) { let a = range(10**5) }"), "too-large"),
    "block tree": (network("B60", blocks("{ }", "{ @; @ }")), "too-large"),
    "aliases": (
        network("B60 3", blocks("= F(relu)", "= F(@, @)") + "\nblock F(X, Y) { relu }"),
        "list-too-long",
    ),
    "nested calls": (network("B80", blocks("{ relu }", "{ @ }", 80)), "too-deep"),
    "own block": (network("A", "block A { A }"), "recursion"),
    "circle": (network("A", "block A { B }\nblock B { A }"), "recursion"),
    "circle of aliases": (network("A", "block A = B\nblock B = A"), "recursion"),
    "circle of networks": ("network A = B\nnetwork B = A\n", "recursion"),
    "given itself": (network("A(A)", "block A(B) { B(B) }"), "too-deep"),
    "braces": (network("{ " * 100 + "relu" + " }" * 100), "too-deep"),
    "expression": (network("conv " + "(" * 300 + "1" + ")" * 300 + " 3x3"), "too-deep"),
    "no channels": (network("conv 0 1x1"), "out-of-range"),
    "negative": (network("conv (-3) 1x1"), "out-of-range"),
    "no input": ("network N { input 0x8x8\n relu }\n", "out-of-range"),
    "a negative input": ("network N { input [-3, 8, 8]\n relu }\n", "out-of-range"),
    "a size of many axes": (network("conv 3 " + "x".join(["3"] * 3000)), "number-too-large"),
    "a null byte": ("network N { input 3x8x8\n re\0lu }\n", "bad-character"),
    "a long label": (network(f"{'a' * 200}: relu"), "bad-label"),
}


@pytest.mark.parametrize("name", LIMITS)
def test_limit(name: str) -> None:
    text, code = LIMITS[name]
    found = check(Source(text, "limit.arch"), Options(), Files().imported).diagnostics
    assert code in {one.code for one in found}
    assert len(render_all(found)) < 20_000


HARMLESS = {
    "open products": "network N { input 3xHxW\n"
    + "let a0 = H\n"
    + "".join(f"let a{i + 1} = a{i} * a{i}\n" for i in range(60))
    + "upsample [a60, a60] }",
    "huge sizes": network("conv 10**15 3x3 pad=10**15 -> maxpool 10**9 stride=10**9"),
    "small steps": network("repeat 3000 { conv 1 1x1 stride=2 }"),
    "wide merge": network("concat {" + "; ".join(["identity"] * 5000) + "}"),
    "many labels": network("\n".join(f"a{i}: relu" for i in range(5000))),
    "many shares": network("a: conv 3 1x1\n repeat 3000 { share a }"),
    "many claims": network("repeat 3000 { B }", "block B { conv 3 1x1\n expect params == 12 }"),
    "long line": network(" -> ".join(["relu"] * 5000)),
    "many mistakes": network("\n".join(f"conv undefined{i} 1x1" for i in range(2000))),
    "crlf": network("conv 3 1x1\n    relu").replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_no_text_takes_long(name: str) -> None:
    start = time.process_time()
    render_all(check(Source(HARMLESS[name], "x.arch"), Options(), Files().imported).diagnostics)
    assert time.process_time() - start < 40  # 5 on a fast machine


def test_empty() -> None:
    for text in ("", "\n", "# nothing\n", '"""only words"""\n'):
        assert check(Source(text, "x.arch"), Options(), Files().imported).diagnostics == ()


def test_imports_nest_within_a_limit() -> None:
    def read(path: str, importer: Source) -> Source:
        number = int(path.removesuffix(".arch"))
        text = f'from "{number + 1}.arch" import B\n' if number < 100 else "block B { relu }\n"
        return Source(text, path)

    text = 'from "0.arch" import B\nnetwork N { input 3x8x8\n B }\n'
    found = check(Source(text, "top.arch"), Options(), read).diagnostics
    assert "too-deep" in {one.code for one in found} or "import-failed" in {o.code for o in found}
    assert MOST_IMPORTS < 100


def test_imports_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.arch").write_bytes(b"# \xe9t\xe9\nblock B { relu }\n")
    (tmp_path / "folder.arch").mkdir()
    (tmp_path / "empty.arch").write_bytes(b"")
    for name in ("latin", "folder", "empty", "nowhere"):
        spec = tmp_path / "top.arch"
        spec.write_text(f'from "{name}.arch" import B\nnetwork N {{ input 3x8x8\n B }}\n')
        files = Files()
        found = check(files.source(str(spec)), Options(), files.imported).diagnostics
        assert [one.code for one in found] == [
            "import-missing" if name == "empty" else "import-failed"
        ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    bad = tmp_path / "bad.arch"
    bad.write_bytes(b"network N {\n    input 3x8x8 \xff\n}\n")
    with pytest.raises(Problem, match=r"not UTF-8.*line 2"):
        Files().source(str(bad))
    with pytest.raises(Problem):
        Files().source(str(tmp_path))
    mark = tmp_path / "mark.arch"
    mark.write_bytes(b"\xef\xbb\xbfnetwork N {\r\n    input 3x8x8\r\n    relu\r\n}\r\n")
    assert check(Files().source(str(mark)), Options(), Files().imported).diagnostics == ()


def test_the_command_line_never_raises(tmp_path: Path) -> None:
    """One process for many broken files: findings and a status, no traceback."""
    for number, text in enumerate([*(text for text, _ in list(LIMITS.values())[:9]), "\0", "}{"]):
        (tmp_path / f"{number}.arch").write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "archc", "check", str(tmp_path), "--format", "concise"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_may_refuse() -> None:
    def read(path: str, importer: Source) -> Source:
        raise ReadError("no")

    text = 'from "x.arch" import B\n'
    assert [one.code for one in check(Source(text, "x"), Options(), read).diagnostics] == [
        "import-failed"
    ]
