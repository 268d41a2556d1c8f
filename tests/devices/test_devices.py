"""Profiles of devices: the known ones against units and clocks, and what is wrong in others."""

from __future__ import annotations

from pathlib import Path

import pytest

from archc.devices import Broken, known, read
from archc.devices.find import find
from archc.files import Problem
from tests.each import each

# Multiply-adds in a clock of all units together for a dtype, the clock in GHz; bits of the bus,
# Gbit/s of a pin. From the vendors' tables of the chips, not from the rates of the data sheets.
CHIPS: dict[str, tuple[dict[str, tuple[int, float]], tuple[int, float]]] = {
    "v100": (
        {
            "float64": (80 * 32, 1.53),
            "float32": (80 * 64, 1.53),
            "float16": (80 * 8 * 64, 1.53),
        },
        (4096, 1.756),
    ),
    "t4": ({"float32": (40 * 64, 1.59), "float16": (40 * 8 * 64, 1.59)}, (256, 10)),
    "a100-40gb": (
        {
            "float64": (108 * 4 * 16, 1.41),
            "float32": (108 * 4 * 128, 1.41),
            "float16": (108 * 4 * 256, 1.41),
            "bfloat16": (108 * 4 * 256, 1.41),
        },
        (5120, 2.43),
    ),
    "a100-80gb": (
        {
            "float64": (108 * 4 * 16, 1.41),
            "float32": (108 * 4 * 128, 1.41),
            "float16": (108 * 4 * 256, 1.41),
            "bfloat16": (108 * 4 * 256, 1.41),
        },
        (5120, 3.186),
    ),
    "h100": (
        {
            "float64": (132 * 4 * 32, 1.98),
            "float32": (132 * 4 * 256, 1.83),
            "float16": (132 * 4 * 512, 1.83),
            "bfloat16": (132 * 4 * 512, 1.83),
        },
        (5120, 5.23),
    ),
    "h200": (
        {
            "float64": (132 * 4 * 32, 1.98),
            "float32": (132 * 4 * 256, 1.83),
            "float16": (132 * 4 * 512, 1.83),
            "bfloat16": (132 * 4 * 512, 1.83),
        },
        (6144, 6.25),
    ),
    "l4": (
        {
            "float32": (58 * 4 * 64, 2.04),
            "float16": (58 * 4 * 128, 2.04),
            "bfloat16": (58 * 4 * 128, 2.04),
        },
        (192, 12.5),
    ),
    "rtx3090": (
        {
            "float32": (82 * 128, 1.695),
            "float16": (82 * 4 * 128, 1.695),
            "bfloat16": (82 * 4 * 64, 1.695),
        },
        (384, 19.5),
    ),
    "rtx4090": (
        {
            "float32": (128 * 128, 2.52),
            "float16": (128 * 4 * 128, 2.52),
            "bfloat16": (128 * 4 * 64, 2.52),
        },
        (384, 21),
    ),
    "mi300x": (
        {
            "float64": (304 * 128, 2.1),
            "float32": (304 * 512, 2.1),
            "float16": (304 * 1024, 2.1),
            "bfloat16": (304 * 1024, 2.1),
        },
        (8192, 5.2),
    ),
    "tpu-v4": ({"bfloat16": (2 * 4 * 128 * 128, 1.05)}, (4096, 2.4)),
    "m1-max": ({"float32": (32 * 128, 1.296)}, (512, 6.4)),
}


@each("name", known())
def test_published_rates_are_those_of_units_and_clocks(name: str) -> None:
    device = known()[name]
    units, (bits, gigabits) = CHIPS[name]
    assert set(device.rates) == set(units)
    for dtype, (multiply_adds, clock) in units.items():
        assert device.rates[dtype].flops == pytest.approx(2e9 * multiply_adds * clock, rel=0.03)
    assert device.bandwidth == pytest.approx(bits * gigabits * 1e9 / 8, rel=0.03)


def test_known_devices_name_their_sources() -> None:
    assert set(known()) == set(CHIPS)
    for name, device in known().items():
        assert device.name == name
        assert any(word in device.source for word in ("sheet", "paper", "docs.", "announcement"))


PROFILE = "[mine]\n# ours\nbandwidth = 25.6 GB/s\nfloat32 = 0.5 TFLOPS  all cores\n"


def test_a_profile_of_ones_own() -> None:
    device = read(PROFILE)["mine"]
    assert device.title == "mine"
    assert device.bandwidth == 25.6e9
    assert device.rates["float32"] == (0.5e12, "all cores")


@each(
    "text, line, message",
    [
        ("", 1, "there is no profile"),
        ("# nothing\n\n", 2, "there is no profile"),
        ("float32 = 1 TFLOP/s\n", 1, "a profile begins with its name"),
        ("[]\n", 1, "is no name"),
        ("[mine\n", 1, "is no name"),
        ("[mine]\nbandwidth 3\n", 2, "write KEY = VALUE"),
        ("[mine]\nbandwidht = 3 GB/s\n", 2, "did you mean `bandwidth`?"),
        ("[mine]\nfp32 = 3 TFLOP/s\n", 2, "a profile has no `fp32`"),
        ("[mine]\nbandwidth = 3\n", 2, "an amount with its unit, as in 2039 GB/s, not `3`"),
        ("[mine]\nbandwidth = -3 GB/s\n", 2, "an amount with its unit"),
        ("[mine]\nbandwidth = nan GB/s\n", 2, "an amount with its unit"),
        ("[mine]\nbandwidth = 1e400 GB/s\n", 2, "an amount with its unit"),
        ("[mine]\nbandwidth = 3 TFLOP/s\n", 2, "an amount with its unit"),
        ("[mine]\nfloat32 = 3 GB/s\n", 2, "an amount with its unit, as in 19.5 TFLOP/s"),
        ("[mine]\nbandwidth = 3 GB/s\nbandwidth = 4 GB/s\n", 3, "a second time"),
        ("\n[mine]\nfloat32 = 1 TFLOP/s\n", 2, "`mine` has no `bandwidth`"),
        ("[mine]\nbandwidth = 1 GB/s\n", 1, "`mine` has no rate"),
        (PROFILE + PROFILE, 5, "two profiles `mine`"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(Broken) as caught:
        read(text)
    assert caught.value.line == line
    assert message in caught.value.message


def test_files_and_names(tmp_path: Path) -> None:
    one, two = tmp_path / "one.device", tmp_path / "two.device"
    one.write_text(PROFILE, encoding="utf-8")
    two.write_text(PROFILE + PROFILE.replace("mine", "yours"), encoding="utf-8")
    assert find("t4").title == "NVIDIA T4"
    assert find(str(one)).name == find(f"{one}:mine").name == "mine"
    assert find(f"{two}:yours").name == "yours"
    for word, message in {
        "a100": "there is no device `a100`; did you mean `a100-40gb` or `a100-80gb`?",
        "rtx4900": "did you mean `rtx4090`?",
        f"{tmp_path}/none.device": "there is no file",
        f"{two}": "holds 2 profiles",
        f"{two}:your": "did you mean",
        f"{tmp_path}": "is a folder",
    }.items():
        with pytest.raises(Problem) as caught:
            find(word)
        assert message in caught.value.message
    one.write_text("[mine]\n\nbandwidth = much\n", encoding="utf-8")
    with pytest.raises(Problem, match=r"three\.device:3: `bandwidth` is an amount"):
        find(str(one.rename(tmp_path / "three.device")))
