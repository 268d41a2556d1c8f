"""`--device`: bounds of time in every form, and what is told of a wrong one."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

NET = "network N {\n    input 3x8x8\n    c: conv 4 3x3\n    r: relu\n    flatten\n}\n"
MINE = "[mine]\ntitle = My <box>\nbandwidth = 1 GB/s\nfloat32 = 4 GFLOP/s\nfloat16 = 8 GFLOP/s\n"
FLOPS, BYTES = 2 * 3888 + 144, 1792  # of the convolution
COUNTED = 1152  # bytes that the activation moves


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.arch").write_text(NET, encoding="utf-8")
    Path("my.device").write_text(MINE, encoding="utf-8")


@pytest.mark.usefixtures("here")
def test_the_table_has_bounds_where_they_are_asked_for(archc: Run) -> None:
    done = archc("check", "net.arch", "--device", "my.device")
    rows = {line.split()[0]: line.split() for line in done.out.splitlines() if line.strip()}
    assert rows["layer"][-5:] == ["FLOP/B", "time", "\u2265", "waits", "for"]
    assert rows["c"][-4:] == ["4.42", "1.98", "\u00b5s", "arithmetic"]  # 7,920 FLOPs / 4 GFLOP/s
    assert rows["r"][-4:] == ["0.125", "1.15", "\u00b5s", "memory"]  # 1,152 bytes / 1 GB/s
    assert rows["flatten1"][-1] == "0"
    assert "\u2265 3.13 \u00b5s  a lower bound, on My <box>, layer by layer" in done.out
    assert "1 of 2 layers waits for memory, 37 % of the time" in " ".join(done.out.split())
    plain = archc("check", "net.arch").out
    assert "FLOP/B" not in plain
    assert "lower bound" not in plain


@pytest.mark.usefixtures("here")
def test_json_has_every_figure(archc: Run) -> None:
    found = json.loads(archc("check", "net.arch", "--device", "my.device", "--format", "json").out)
    one = found["networks"][0]["roofline"]
    assert (one["device"], one["title"], one["dtype"]) == ("mine", "My <box>", "float32")
    assert (one["flops_per_second"], one["bytes_per_second"], one["ridge"]) == (4e9, 1e9, 4.0)
    assert one["layers"]["c"] == {
        "flops": FLOPS,
        "bytes": 1792,
        "intensity": FLOPS / BYTES,
        "seconds_at_least": FLOPS / 4e9,
        "waits_for": "arithmetic",
    }
    assert one["layers"]["flatten1"]["waits_for"] is None
    assert one["seconds_at_least"] == FLOPS / 4e9 + COUNTED / 1e9
    assert one["seconds_at_least_fused"] == 2 * 3888 / 4e9


@pytest.mark.usefixtures("here")
def test_batch_and_dtype_count(archc: Run) -> None:
    flags = ("--device", "my.device", "--format", "json", "--batch", "10", "--dtype", "float16")
    one = json.loads(archc("check", "net.arch", *flags).out)["networks"][0]["roofline"]
    assert one["layers"]["c"]["flops"] == 10 * FLOPS
    assert one["layers"]["c"]["bytes"] == 2 * (10 * (192 + 144) + 112)
    assert one["layers"]["r"]["seconds_at_least"] == 10 * COUNTED / 2 / 1e9


@pytest.mark.usefixtures("here")
def test_csv_markdown_and_summary(archc: Run) -> None:
    done = archc("check", "net.arch", "--device", "my.device", "--format", "csv")
    rows = {row["layer"]: row for row in csv.DictReader(io.StringIO(done.out))}
    assert rows["c"]["bytes_moved"] == str(BYTES)
    assert float(rows["c"]["seconds_at_least"]) == FLOPS / 4e9
    assert (rows["r"]["waits_for"], rows["flatten1"]["waits_for"]) == ("memory", "")
    done = archc("check", "net.arch", "--device", "my.device", "--format", "markdown")
    assert "| 1.98 \u00b5s | arithmetic |" in done.out
    assert "My &lt;box>" in done.out
    Path("three.arch").write_text(NET + NET.replace("N", "M") + NET.replace("N", "O"), "utf-8")
    done = archc("check", "three.arch", "--device", "my.device")
    assert done.out.count("3.13 \u00b5s") == 3


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("verb", ["check", "report"])
def test_wrong_devices_are_told_before_anything_is_read(archc: Run, verb: str) -> None:
    done = archc(verb, "net.arch", "--device", "h10")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: there is no device `h10`; did you mean `h100`?\n")
    assert "Known devices are: v100, t4," in done.err
    Path("bad.device").write_text("[bad]\nbandwidth = fast\n", encoding="utf-8")
    done = archc(verb, "net.arch", "--device", "bad.device")
    assert (done.status, done.out) == (2, "")
    assert "error: bad.device:2: `bandwidth` is an amount with its unit" in done.err
    done = archc(verb, "net.arch", "--device", "t4", "--dtype", "float64")
    assert done.status == 2
    assert "no rate of `t4` is known for float64; give --dtype one of float32, float16" in done.err


@pytest.mark.usefixtures("here")
def test_open_sizes_have_no_bound(archc: Run) -> None:
    done = archc("check", "net.arch", "--device", "my.device", "--input", "3xHxW")
    assert done.status == 0
    assert "on My <box>: a size is open" in done.out


@pytest.mark.usefixtures("here")
def test_narrow_terminals_keep_the_time(archc: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for width in range(40, 120, 8):
        monkeypatch.setenv("COLUMNS", str(width))
        out = archc("check", "net.arch", "--device", "my.device").out
        assert "1.98 \u00b5s" in out
        if width > 56:
            assert all(len(line) <= width for line in out.splitlines() if "my.device" not in line)
