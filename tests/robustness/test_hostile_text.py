"""Text from a spec or its file name steers nothing: no terminal, page, table or tool."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from archc.cli import main

# Controls (C0 but for line ends and tabs, DEL, C1), bidirectional overrides, what is invisible,
# lone surrogates and tags.
STEERS = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
STEERING = (
    "\x1b]0;title\x07\x1b[31m\x9b31m\x90q\x9c\x00\x08\x7f\x85\u202e\u2066\u200b\u200f\u2028\ufeff"
    "\U000e0041"
)
TEXT = STEERING + "</title><script>alert(1)</script>&<!-- ]]> %0A::error::x` $(id) | =1+1 \\n"
QUOTED = TEXT.replace("\\", "\\\\").replace("{", "\\{")
SOUND = f'''"""Of a file: {TEXT}"""

let note = "{QUOTED}"

block B(a = note) {{
    """Of a block: {TEXT}"""
    if a == note {{ conv 3 1x1 }} else {{ relu }}       # {TEXT}
}}

network N(t = "{QUOTED}") {{
    """Of a network: {TEXT}"""
    input 3x8x8
    if t == note {{ B "{QUOTED}" }}
    inner: {{ relu; B }}
    "l\u202e\u200b<b>&'": conv 3 1x1
    expect params == 36   "{QUOTED}"
    expect macs == 1 + 1   "{QUOTED}"
}}
'''
BROKEN = f'''network M(t = "{QUOTED}") {{
    input 3x8x8
    conv "{QUOTED}" 1x1
    relu mode="{QUOTED}"
    "{QUOTED}": relu
    from "{QUOTED}"
    expect t == "{QUOTED}"
    {TEXT}
}}
'''
CHECKS = [
    *(["--format", name] for name in ("table", "concise", "json", "markdown", "csv", "latex")),
    *(["--format", name] for name in ("github", "gitlab", "sarif", "junit")),
    *(["--emit", name] for name in ("tree", "graph", "facts")),
    ["--layers", "--expand"],
]
VERBS = [
    *(["check", "@", *flags] for flags in CHECKS),
    *(["compare", "@", "--format", name] for name in ("table", "markdown", "csv", "json", "latex")),
    ["explain", "@", "inner"],
    ["explain", "@", "inner.1"],
    ["build", "@"],
    ["build", "@", "--emit", "module"],
    ["sizes", "@"],
    ["sizes", "@", "--format", "json"],
    ["check", "@", "--optimizer", "adam", "--fits", "24GB", "--count-as", "torch"],
    ["fmt", "@", "--check"],
    *(["diff", "lenet5", "@", "--format", name] for name in ("table", "markdown", "json")),
    *(["diff", "@", "lenet5", "--format", name] for name in ("table", "markdown", "json")),
    ["report", "@"],
    *(["diagram", "@", "--format", name] for name in ("dot", "svg", "mermaid", "drawio")),
    *(["diagram", "@", "--expand", "all", "--format", name] for name in ("tikz", "mermaid")),
    *(["diagram", "@", "--style", "volumes", "--format", name] for name in ("svg", "tikz")),
]


@pytest.fixture(params=["sound", "broken"])
def spec(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file whose texts are hostile, and whose name is."""
    name = f"\x1b[31m\u202e<b>&'\"{request.param}.arch"
    (tmp_path / name).write_text(SOUND if request.param == "sound" else BROKEN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return name


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: "-".join(verb).replace("-@", ""))
def test_nothing_steers(verb: list[str], spec: str, capfd: pytest.CaptureFixture[str]) -> None:
    status = main([spec if word == "@" else word for word in verb])
    shown = capfd.readouterr()
    for text in (shown.out, shown.err):
        found = STEERS.search(text)
        assert found is None, text[max(found.start() - 80, 0) : found.end() + 20].encode()
        assert "Traceback" not in text
        assert "mistake of its own" not in text
    assert status in (0, 1, 2)
    if shown.out and ("json" in verb or "sarif" in verb):
        json.loads(shown.out)
    if verb[-1] == "svg" and shown.out:
        assert not ElementTree.fromstring(shown.out).findall(".//{*}script")
    if verb[0] == "report":
        assert "<script>alert" not in shown.out
    if "github" in verb:
        lines = shown.out.splitlines()
        assert all(line.startswith(("::error ", "::warning ")) for line in lines)


def test_json_tells_every_character(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Escaped in the document, whole again when it is read."""
    path = tmp_path / "spec.arch"
    path.write_text(SOUND, encoding="utf-8")
    main(["check", str(path), "--format", "json"])
    document = json.loads(capfd.readouterr().out)
    sources = [one["source"] for one in document["networks"][0]["expectations"]]
    assert all(source == TEXT for source in sources)


@pytest.mark.parametrize("verb", [["fmt", "@", "--diff"], ["check", "@", "--diff"]], ids=" ".join)
def test_a_patch_steers_no_terminal(
    verb: list[str], spec: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Elsewhere it is exact, so that it can be applied."""
    words = [spec if word == "@" else word for word in verb]
    monkeypatch.setenv("NO_COLOR", "1")
    main(words)
    exact = capsys.readouterr().out
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    main(words)
    shown = capsys.readouterr().out
    assert STEERS.search(shown) is None
    assert bool(shown) == bool(exact)
    assert not exact or STEERS.search(exact) is not None
