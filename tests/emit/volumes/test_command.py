"""`archc diagram --style volumes`, and `.tex` of both styles."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from archc.cli import main


def test_svg_and_tex_by_suffix(tmp_path):
    for name, start in (("a.svg", "<?xml"), ("a.tex", "% VGG16")):
        target = tmp_path / name
        assert main(["diagram", "vgg16", "--style", "volumes", "-o", str(target)]) == 0
        assert target.read_text(encoding="utf-8").startswith(start)


def test_standard_output_is_svg(capsys):
    assert main(["diagram", "vgg16", "--style", "volumes"]) == 0
    assert capsys.readouterr().out.startswith("<?xml")


def test_theme_and_legend(tmp_path, capsys):
    assert main(["diagram", "vgg16", "--style", "volumes", "--theme", "dark", "--no-legend"]) == 0
    out = capsys.readouterr().out
    assert "#14161A" in out
    assert ">ReLU<" not in out


@pytest.mark.parametrize("flags", [["-o", "a.dot"], ["--format", "dot"], ["--direction", "TB"]])
def test_what_volumes_cannot_be(flags, capsys):
    assert main(["diagram", "vgg16", "--style", "volumes", *flags]) == 2
    assert "volumes" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--depth", "1"], ["features", "classifier", "13 conv"]),
        (["--expand", "none"], ["features"]),
        (["--direction", "LR"], ["convolution 3\u00d73"]),
        (["--color", "macs"], ["the most", "1.85 G MACs", "nothing"]),
        (["--no-fuse"], ["ReLU"]),
    ],
)
def test_flags_mean_the_same_in_both_styles(flags, words, capsys):
    assert main(["diagram", "vgg16", "--style", "volumes", *flags]) == 0
    found = capsys.readouterr().out
    for word in words:
        assert word in found


def test_an_unknown_name_is_told(capsys):
    assert main(["diagram", "vgg16", "--style", "volumes", "--expand", "feature"]) == 2
    assert "did you mean `features`?" in capsys.readouterr().err


def test_broken_spec_is_drawn(tmp_path, capsys):
    spec = tmp_path / "broken.arch"
    spec.write_text("network B { input 3x8x8; c1: conv 4 3x3; c2: conv 4 9x9 }\n")
    target = tmp_path / "broken.svg"
    assert main(["diagram", str(spec), "--style", "volumes", "-o", str(target)]) == 1
    assert "does not fit" in target.read_text(encoding="utf-8")
    assert "error" in capsys.readouterr().err


def test_pixels_need_a_converter(tmp_path, monkeypatch, capsys):
    from archc.emit.volumes import convert

    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    monkeypatch.setattr(convert, "find_spec", lambda name: None)
    target = tmp_path / "a.png"
    assert main(["diagram", "vgg16", "--style", "volumes", "-o", str(target)]) == 2
    said = capsys.readouterr().err
    assert "rsvg-convert" in said
    assert "-m pip install resvg-py" in said
    assert not target.exists()


@pytest.mark.parametrize("program", [True, False])
def test_pixels(tmp_path, monkeypatch, program):
    if not program:
        monkeypatch.setattr(shutil, "which", lambda name, path: None)
    if find_spec("resvg_py") is None and not shutil.which("rsvg-convert"):
        pytest.skip("nothing here makes a PNG")
    target = Path(tmp_path) / "a.png"
    assert main(["diagram", "vgg16", "--style", "volumes", "-o", str(target)]) == 0
    assert target.read_bytes().startswith(b"\x89PNG")


def test_pdf_needs_a_library_alone(tmp_path, monkeypatch):
    pytest.importorskip("fpdf")
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    made = []
    for name in ("a.pdf", "b.pdf"):
        target = Path(tmp_path) / name
        assert main(["diagram", "vgg16", "--style", "volumes", "-o", str(target)]) == 0
        made.append(target.read_bytes())
    assert made[0] == made[1]
    assert made[0].startswith(b"%PDF-1.")
    assert b"CreationDate (D:1970" in made[0]
