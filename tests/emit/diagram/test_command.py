"""`archc diagram` as it is typed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.conftest import archc as archc
from tests.emit.diagram.test_draw import BROKEN

module = sys.modules["archc.emit.diagram.render"]


@pytest.fixture
def no_renderer(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None)


def test_dot_goes_to_standard_output(archc):
    done = archc("diagram", "lenet5:LeNet5")
    assert done.status == 0
    assert done.out.startswith('digraph "LeNet5" {')
    assert done.err == ""


def test_a_terminal_is_asked_for_a_file(archc, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for words, suffix in (([], "svg"), (["--format", "png", "-o", "-"], "png")):
        done = archc("diagram", "lenet5:LeNet5", *words)
        assert (done.status, done.out) == (2, "")
        assert f"-o FILE.{suffix}" in done.err
    assert archc("diagram", "lenet5:LeNet5", "-o", "-").out.startswith("digraph")


def test_dot_into_a_file_without_a_renderer(archc, tmp_path, no_renderer):
    for name in ("a.dot", "b.gv"):
        done = archc("diagram", "lenet5:LeNet5", "-o", tmp_path / name)
        assert done == (0, "", "")
        assert (tmp_path / name).read_text(encoding="utf-8").startswith("digraph")


def test_the_message_without_a_renderer_names_the_command(archc, tmp_path, no_renderer):
    done = archc("diagram", "lenet5:LeNet5", "-o", tmp_path / "a.svg")
    assert done.status == 2
    assert f"{sys.executable} -m pip install pygraphviz" in done.err
    assert "FILE.dot" in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_pictures(archc, tmp_path, suffix):
    pytest.importorskip("pygraphviz")
    path = tmp_path / f"a.{suffix}"
    assert archc("diagram", "lenet5:LeNet5", "-o", path) == (0, "", "")
    assert path.stat().st_size > 1000
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_broken_spec_is_drawn_with_status_1(archc, tmp_path):
    spec = tmp_path / "broken.arch"
    spec.write_text(BROKEN)
    done = archc("diagram", spec, "-o", tmp_path / "a.dot")
    assert done.status == 1
    assert "shape-mismatch" in done.err
    assert "#B00020" in (tmp_path / "a.dot").read_text(encoding="utf-8")


def test_a_text_without_a_network(archc, tmp_path):
    spec = tmp_path / "broken.arch"
    spec.write_text("network N {\n    input 3x\n")
    done = archc("diagram", spec, "-o", tmp_path / "a.dot")
    assert done.status == 1
    assert "error" in done.err
    assert "no picture was made" in done.err
    assert not (tmp_path / "a.dot").exists()


def test_several_networks_are_named(archc):
    done = archc("diagram", "resnet", "-o", "a.svg")
    assert done.status == 2
    assert "ResNet152" in done.err
    assert "resnet:ResNet18" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "a.jpg"], ".svg"),
        (["-o", "picture"], "suffix"),
        (["--expand", "Bottlneck"], "no block"),
        (["--theme", "drak"], "dark"),
        (["-o", "no/such/folder/a.dot"], "cannot be written"),
    ],
)
def test_what_cannot_be_meant(archc, words, said):
    done = archc("diagram", "lenet5:LeNet5", *words)
    assert done.status == 2
    assert said in done.err


def test_options_reach_the_picture(archc):
    plain = archc("diagram", "resnet50").out
    for flags in (
        ["--expand", "all"],
        ["--expand", "layer2.1,layer3.1"],
        ["--depth", "1"],
        ["--direction", "LR"],
        ["--color", "macs"],
        ["--theme", "dark"],
        ["--columns", "1"],
        ["--no-fuse"],
        ["--no-legend"],
        ["--set", "classes=10"],
    ):
        name = "resnet:ResNet50" if "--set" in flags else "resnet50"
        done = archc("diagram", name, *flags)
        assert done.status == 0, done.err
        assert done.out != plain


def test_a_wrong_picture_is_an_error(archc, tmp_path, monkeypatch):
    def shorter(*arguments):
        found = scene(*arguments)
        return found._replace(arrows=found.arrows[1:])

    edges = sys.modules["archc.emit.diagram.edges"]
    scene = edges.scene
    monkeypatch.setattr(edges, "scene", shorter)
    done = archc("diagram", "lenet5:LeNet5", "-o", tmp_path / "a.dot")
    assert done.status == 2
    assert "it would not show the network as it is: input \u2192 C1 is not drawn" in done.err
    assert not list(tmp_path.iterdir())


def test_text_behind_a_redirection_is_told_to_be_text(tmp_path):
    note = "note: this is DOT text; a picture: archc diagram lenet5:LeNet5 -o LeNet5.svg\n"
    for words, told in (([], note), (["--format", "dot"], ""), (["-o", "-"], "")):
        command = [sys.executable, "-m", "archc", "diagram", "lenet5:LeNet5", *words]
        with (tmp_path / "net.png").open("wb") as file:
            done = subprocess.run(command, stdout=file, stderr=subprocess.PIPE, check=True)
        assert done.stderr.decode() == told
