"""What a kind declares of itself: nothing can be left out, and all of it is true."""

from __future__ import annotations

from typing import get_args

import pytest

from archc.layers.base import DECLARED, Channels, Group, Layer, View
from archc.layers.merge import Merge
from archc.layers.registry import KINDS
from archc.layers.words import FOREIGN
from archc.shapes import Shape, count
from tests.each import each
from tests.layers.examples import CALLS, EXAMPLES, Example

ONE_INPUT = [example for example in EXAMPLES if not example.layer.many_inputs]
MERGED: tuple[tuple[Shape, ...], ...] = (
    ((4, 6, 6), (4, 6, 6)),
    ((4, 6, 6), (4, 6, 6), (4, 6, 6)),
    ((1, 6, 6), (4, 6, 6)),
    ((4, 6, 6), (2, 6, 6)),
)


@pytest.mark.parametrize("missing", DECLARED)
def test_a_kind_without_an_answer_cannot_be(missing: str) -> None:
    answers = {name: getattr(KINDS["relu"], name) for name in DECLARED if name != missing}
    with pytest.raises(TypeError, match=f"layer `odd` does not declare {missing}"):
        type("Odd", (Layer,), {"keyword": "odd", **answers})


def test_a_kind_cannot_forget_a_question() -> None:
    answers = {name: getattr(KINDS["relu"], name) for name in DECLARED}
    odd = type("Odd", (Layer,), {"keyword": "odd", **answers})
    with pytest.raises(TypeError, match="abstract"):
        odd()


@each("kind", KINDS)
def test_answers_are_of_the_words_there_are(kind: str) -> None:
    cls = KINDS[kind]
    assert cls.group in get_args(Group)
    assert cls.channels_from in get_args(Channels)
    assert cls.view in get_args(View)
    assert cls.many_inputs == (cls.group == "merge") == issubclass(cls, Merge)
    assert cls.spoken == cls.spoken.strip() != ""
    assert cls.attribute.isidentifier()
    assert cls.many_inputs or not cls.operator


def test_names_tell_the_kinds_apart() -> None:
    spoken = [cls.spoken for cls in KINDS.values()]
    assert len(set(spoken)) == len(spoken)
    said = [word for cls in KINDS.values() for word in cls.foreign]
    assert sorted(said) == sorted(FOREIGN)
    assert not set(said) & set(KINDS)
    assert all(word == word.lower() for word in said)


@each("kind", KINDS)
def test_only_a_kind_with_tensors_of_its_own_has_a_state(kind: str) -> None:
    examples = [example for example in EXAMPLES if example.kind == kind]
    held = any(example.layer.weights(example.inputs) for example in examples)
    assert held == KINDS[kind].stateful


@each("example", ONE_INPUT)
def test_channels_come_from_where_it_says(example: Example) -> None:
    layer = example.layer
    output = layer.output(example.inputs)
    if layer.channels_from == "input":
        assert output[0] == example.inputs[0][0]
        assert len(output) == len(example.inputs[0])
    elif layer.channels_from == "argument":
        where = 0 if layer.values.get("axis") is None else -1
        assert output[where] == layer.values[next(iter(layer.arguments))]
    else:
        assert layer.channels_from == "shape"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if KINDS[kind].many_inputs])
def test_channels_of_a_merge_come_from_where_it_says(kind: str) -> None:
    layer = Example(kind, (), {}, ((4, 6, 6),)).layer
    for inputs in MERGED:
        try:
            output = layer.output(inputs)
        except Exception:
            continue
        if layer.channels_from == "input":
            assert output[0] == inputs[0][0]
        elif layer.channels_from == "sum":
            assert output[0] == sum(shape[0] for shape in inputs)


def test_not_all_channels_of_the_rest_come_from_one_place() -> None:
    """What says `shape` has a reason: some call of it neither keeps the channels nor sums them."""
    for kind, cls in KINDS.items():
        if cls.channels_from != "shape" or cls.many_inputs:
            continue
        examples = [example for example in EXAMPLES if example.kind == kind]
        assert any(one.layer.output(one.inputs)[0] != one.inputs[0][0] for one in examples), kind


@each("example", ONE_INPUT)
def test_a_view_of_all_holds_every_value(example: Example) -> None:
    layer = example.layer
    if not layer.view:
        return
    output = layer.output(example.inputs)
    assert layer.saved(example.inputs, output).inputs == ()
    if layer.view == "all":
        assert count(output) == count(example.inputs[0])
    if layer.passes:
        assert output == example.inputs[0]


def test_a_view_of_a_part_may_hold_less() -> None:
    for kind, cls in KINDS.items():
        if cls.view == "part":
            examples = [example for example in EXAMPLES if example.kind == kind]
            less = [count(one.layer.output(one.inputs)) for one in examples]
            assert any(n != count(one.inputs[0]) for n, one in zip(less, examples, strict=True))


def test_a_larger_map_is_what_those_layers_are_for() -> None:
    for kind, cls in KINDS.items():
        examples = [example for example in EXAMPLES if example.kind == kind]
        grown = [
            all(
                after >= before  # type: ignore[operator]
                for before, after in zip(
                    one.inputs[0][1:], one.layer.output(one.inputs)[1:], strict=False
                )
            )
            for one in examples
            if len(one.inputs[0]) > 1
        ]
        assert not cls.enlarges or any(grown), kind


@each("example", EXAMPLES)
def test_what_a_layer_keeps_for_training_fits_what_it_says(example: Example) -> None:
    layer = example.layer
    saved = layer.saved(example.inputs, layer.output(example.inputs))
    if saved.output:
        assert layer.needs_output
    assert layer.undoable <= layer.in_place


def test_the_reference_has_an_example_of_every_kind() -> None:
    for kind, cls in KINDS.items():
        assert not cls.example or cls.example.split()[0] == kind
    assert set(CALLS) == set(KINDS)
