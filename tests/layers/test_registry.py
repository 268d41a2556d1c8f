"""Contracts that every kind of layer keeps."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import archc.layers as package
from archc.layers.arguments import REQUIRED, ArgumentError
from archc.layers.base import Layer, Saved, Step, Weight, Work
from archc.layers.form import Form
from archc.layers.homes import HOMES
from archc.layers.reads import ALL, BESIDE, Moved, Window
from archc.layers.registry import KINDS, bind, check_call
from tests.each import each
from tests.layers.examples import CALLS, EXAMPLES, Example

ROOT = Path(package.__file__).parents[2]


@each("kind", KINDS)
def test_a_kind_says_what_it_is(kind: str) -> None:
    cls = KINDS[kind]
    assert cls.keyword == kind
    doc = inspect.getdoc(cls)
    assert doc
    assert doc != inspect.getdoc(Layer)
    lines = doc.splitlines()
    assert lines[0].endswith(".")
    assert lines[1] == ""
    assert "Source: " in doc
    for name, argument in cls.arguments.items():
        assert argument.name == name
        assert argument.doc, name
        assert argument.kind, name
    keyword_only = [argument.keyword_only for argument in cls.arguments.values()]
    assert keyword_only == sorted(keyword_only)
    required = [not argument.required for argument in cls.arguments.values()]
    assert required == sorted(required)


def test_every_kind_has_examples() -> None:
    assert set(CALLS) == set(KINDS)
    assert {example.kind for example in EXAMPLES} == set(KINDS)


def test_every_keyword_is_declared_once_where_it_is_looked_for() -> None:
    declared: dict[str, tuple[str, ...]] = {}
    for path in Path(package.__file__).parent.glob("*.py"):
        module = import_module(f"archc.layers.{path.stem}")
        words = tuple(
            vars(cls)["keyword"]
            for cls in vars(module).values()
            if isinstance(cls, type)
            and "keyword" in vars(cls)
            and cls.__module__ == module.__name__
        )
        if words and path.stem != "opaque":
            declared[path.stem] = words
    assert declared == HOMES
    assert list(KINDS) == [word for words in HOMES.values() for word in words]


def test_a_text_loads_the_kinds_that_it_names() -> None:
    code = (
        "import sys; from archc.check import check, Options; from archc.files import Files;"
        "from archc.language.source import Source;"
        "text = 'network N { input 3x8x8; conv 4 3x3 -> relu; flatten; linear 2 }';"
        "assert not check(Source(text, 'text'), Options(), Files().imported).diagnostics;"
        "print(*(name[13:] for name in sys.modules if name.startswith('archc.layers.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split()) & HOMES.keys()
    assert loaded == {"convolution", "activation", "reshape", "linear"}


@each("example", EXAMPLES)
def test_every_question_is_answered(example: Example) -> None:
    layer, inputs = example.layer, example.inputs
    assert check_call(example.kind, len(example.positional), list(example.named)) == []
    if not layer.many_inputs:
        assert len(inputs) == layer.arity
    output = layer.output(inputs)
    assert all(isinstance(axis, int) and axis > 0 for axis in output)
    assert all(isinstance(weight, Weight) for weight in layer.weights(inputs))
    work = layer.work(inputs, output)
    assert isinstance(work, Work)
    assert all(isinstance(number, int) and number >= 0 for number in work)
    windows = layer.windows(inputs)
    if isinstance(windows, tuple):
        assert len(windows) == len(output) - 1
        assert all(isinstance(window, Window) or window in (ALL, BESIDE) for window in windows)
    elif isinstance(windows, Moved):
        assert len(windows.axes) == len(output)
        axes = [axis for joined in windows.axes for axis in joined]
        assert len(axes) == len(set(axes)) <= len(inputs[0])
    else:
        assert windows in ("pointwise", "global")
    saved = layer.saved(inputs, output)
    assert isinstance(saved, Saved)
    assert all(0 <= index < len(inputs) for index in saved.inputs)
    assert all(isinstance(step, Step) for step in layer.explain(inputs, output))
    form = layer.torch_module(inputs)
    assert isinstance(form, Form)
    assert form.target or form.expression
    if layer.view:
        assert work == Work()


def test_layers_are_values() -> None:
    one = bind("conv", (64, 3), {"pad": 1}, 2)
    same = bind("conv", (64,), {"kernel": (3, 3), "pad": (1, 1)}, 2)
    assert one == same
    assert hash(one) == hash(same)
    assert one != bind("conv", (64, 3), {"pad": 2}, 2)
    assert one != bind("linear", (64,), {}, 0)
    assert one.values["stride"] == (1, 1)
    assert "channels=64" in repr(one)


def test_binding_does_not_touch_the_defaults() -> None:
    bind("maxpool", (3,), {"stride": 2}, 2)
    assert bind("maxpool", (3,), {}, 2).values["stride"] is None


@pytest.mark.parametrize(
    ("kind", "positional", "names", "codes"),
    [
        ("conv", 2, [], []),
        ("conv", 1, ["kernel"], []),
        ("conv", 1, [], ["missing-argument"]),
        ("conv", 2, ["kernel"], ["repeated-argument"]),
        ("conv", 2, ["pad", "pad"], ["repeated-argument"]),
        ("conv", 2, ["padding"], ["unknown-argument"]),
        ("conv", 9, [], ["too-many-arguments"]),
        ("relu", 1, ["inplace"], ["too-many-arguments", "unknown-argument"]),
        ("crop", 2, [], ["too-many-arguments"]),
        ("conv", 0, ["filters"], ["unknown-argument"]),
    ],
)
def test_calls_are_checked_without_values(
    kind: str, positional: int, names: list[str], codes: list[str]
) -> None:
    assert [problem.code for problem in check_call(kind, positional, names)] == codes


def test_wrong_names_are_told_what_there_is() -> None:
    help = check_call("conv", 2, ["strid"])[0].help
    assert help == f"it takes {', '.join(KINDS['conv'].arguments)}"


def test_a_refused_call_cannot_be_bound() -> None:
    for positional, named in (((64,), {}), ((64, 3), {"padding": 1}), ((1,) * 20, {})):
        with pytest.raises(ArgumentError) as caught:
            bind("conv", positional, named, 2)
        assert caught.value.argument == ""


def test_required_is_no_value() -> None:
    assert all(
        argument.default is not REQUIRED or argument.required
        for cls in KINDS.values()
        for argument in cls.arguments.values()
    )


def test_importing_the_registry_brings_nothing_heavy() -> None:
    code = (
        "import sys; import archc.layers.registry; "
        "print(*({'dataclasses', 'inspect', 'difflib', 'torch', 'jinja2'} & set(sys.modules)))"
    )
    command = [sys.executable, "-S", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
