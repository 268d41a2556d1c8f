"""Shapes, weights, saved tensors and work of every example, against PyTorch itself."""

from __future__ import annotations

import pytest

from archc.shapes import count
from tests.layers.examples import EXAMPLES, MAP, Example

torch = pytest.importorskip("torch")

from tests.each import each  # noqa: E402
from tests.layers.torch_form import runner  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")


def tensors(example: Example, batch: int = 1):
    return [torch.rand(batch, *shape) for shape in example.inputs]


@each("example", EXAMPLES)
def test_the_output_has_the_shape(example: Example) -> None:
    layer = example.layer
    run, module = runner(layer, example.inputs)
    if module is not None:
        module.eval()
    assert tuple(run(*tensors(example, 2)).shape) == (2, *layer.output(example.inputs))


@each("example", EXAMPLES)
def test_weights_are_those_of_the_module(example: Example) -> None:
    layer = example.layer
    _, module = runner(layer, example.inputs)
    state = {} if module is None else dict(module.state_dict())
    learned = [] if module is None else [name for name, _ in module.named_parameters()]
    if example.kind == "conv" and any(name.startswith("inner.") for name in state):
        state = {name.removeprefix("inner."): tensor for name, tensor in state.items()}
        learned = [name.removeprefix("inner.") for name in learned]
    weights = layer.weights(example.inputs)
    if layer.bare:  # the tensor is named by the layer's label
        assert [weight.name for weight in weights] == [""]
        state, learned = {"": state["factor"]}, [""]
    assert [(name, tuple(tensor.shape)) for name, tensor in state.items()] == [
        (weight.name, weight.shape) for weight in weights
    ]
    assert learned == [weight.name for weight in weights if weight.kind == "parameter"]
    assert {name for name, tensor in state.items() if tensor.dtype == torch.int64} == {
        weight.name for weight in weights if weight.kind == "counter"
    }


# Their code is the target's own: what it keeps is stated by the layer and tested with that code.
OWN = ("stochastic_pool", "subsample")


@each("example", [e for e in EXAMPLES if e.kind not in OWN and "connect" not in e.named])
def test_saved_tensors_are_those_of_autograd(example: Example) -> None:
    layer = example.layer
    run, module = runner(layer, example.inputs)
    flat_norm = example.kind == "batchnorm" and len(example.inputs[0]) == 1
    inputs = [(x.requires_grad_() * 1) for x in tensors(example, 2 if flat_norm else 1)]
    weights = [] if module is None else [*module.parameters(), *module.buffers()]
    kept = []

    def pack(tensor):
        kept.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = run(*inputs)

    def memory(tensor):
        return tensor.untyped_storage().data_ptr()

    storages = {memory(tensor): tensor.untyped_storage().nbytes() for tensor in kept}
    for weight in weights:
        storages.pop(memory(weight), None)
    saved = layer.saved(example.inputs, layer.output(example.inputs))
    places = {memory(x): index for index, x in enumerate(inputs)}
    assert sorted(places[place] for place in storages if place in places) == list(saved.inputs)
    if memory(output) not in places:
        assert (memory(output) in storages) == saved.output
    extra = sum(
        size for place, size in storages.items() if place not in places and place != memory(output)
    )
    assert extra == sum(
        one.values * (one.width or 4) * (len(inputs[0]) if one.each_image else 1)
        for one in saved.extra
    )


@each(
    "example",
    [
        e
        for e in EXAMPLES
        if e.kind in ("conv", "conv_transpose", "linear") and "connect" not in e.named
    ],
)
def test_macs_are_half_of_the_flop_counters(example: Example) -> None:
    from torch.utils.flop_counter import FlopCounterMode

    layer = example.layer
    run, _ = runner(layer, example.inputs)
    counter = FlopCounterMode(display=False)
    with counter:
        run(*tensors(example))
    work = layer.work(example.inputs, layer.output(example.inputs))
    assert counter.get_total_flops() == 2 * work.macs


@each(
    "example",
    [
        e
        for e in EXAMPLES
        if e.kind in ("conv", "conv_transpose", "linear", "rbf", "subsample")
        and not e.named.get("pad")
        and len(e.inputs[0]) < 4
    ],
)
def test_connections_are_the_links_between_values(example: Example) -> None:
    layer = example.layer
    run, module = runner(layer, example.inputs)
    (x,) = tensors(example)
    assert module is not None
    links = torch.autograd.functional.jacobian(run, x).count_nonzero().item()
    bias = module.state_dict().get("bias")
    output = layer.output(example.inputs)
    if bias is not None:
        links += count(output)
    assert layer.work(example.inputs, output).connections == links


@each("example", [e for e in EXAMPLES if e.layer.view and not e.layer.many_inputs])
def test_views_share_memory_at_inference(example: Example) -> None:
    run, module = runner(example.layer, example.inputs)
    if module is not None:
        module.eval()
    inputs = tensors(example)
    output = run(*inputs)
    assert output.untyped_storage().data_ptr() == inputs[0].untyped_storage().data_ptr()


# Layers that with these arguments change nothing, where PyTorch may be tempted to give the input.
IDLE = (
    *(Example(kind, (1,), {}, (MAP,)) for kind in ("channel_shuffle", "upsample", "avgpool")),
    *(Example(kind, (1,), {}, (MAP,)) for kind in ("maxpool", "groupnorm")),
    *(Example(f"adaptive_{how}pool", (MAP[1:],), {}, (MAP,)) for how in ("avg", "max")),
    Example("upsample", (1, "bilinear"), {}, (MAP,)),
    Example("pad", (0,), {}, (MAP,)),
    Example("pad", (0,), {"mode": "reflect"}, (MAP,)),
    Example("pad", (0,), {"mode": "replicate"}, (MAP,)),
    Example("global_avgpool", (), {}, ((6, 1, 1),)),
)


@each(
    "example",
    [e for e in (*EXAMPLES, *IDLE) if not e.layer.view and len(e.inputs) == e.layer.arity],
)
def test_all_other_layers_have_memory_of_their_own(example: Example) -> None:
    run, module = runner(example.layer, example.inputs)
    if module is not None:
        module.eval()
    if example.layer.many_inputs:
        return  # a merge of one branch is that branch, and no layer
    inputs = tensors(example, 2)
    memory = run(*inputs).untyped_storage().data_ptr()
    assert memory not in [one.untyped_storage().data_ptr() for one in inputs]


@each("example", [e for e in EXAMPLES if e.layer.in_place])
def test_in_place_layers_can_write_over_their_input(example: Example) -> None:
    form = example.layer.torch_module(example.inputs)
    module = getattr(torch.nn, form.target.removeprefix("nn."))(inplace=True)
    (x,) = tensors(example)
    assert module(x).data_ptr() == x.data_ptr()


@each("example", [e for e in EXAMPLES if not e.layer.many_inputs])
def test_an_output_may_be_written_over_unless_a_gradient_needs_it(example: Example) -> None:
    def refused(inplace: bool) -> bool:
        run, module = runner(example.layer, example.inputs)
        if inplace:
            assert module is not None
            module.inplace = True
        x, *others = tensors(example, 2)
        output = run(x.requires_grad_() * 1, *others)
        output.sub_(1)
        try:
            output.sum().backward()
        except RuntimeError as error:
            return "modified by an inplace operation" in str(error)
        return False

    refusals = [refused(False), example.layer.in_place and refused(True)]
    assert any(refusals) == example.layer.needs_output


@pytest.mark.parametrize("kind", ["leaky_relu", "elu"])
@pytest.mark.parametrize("slope", [0.5, 0.0, -0.5])
def test_what_cannot_be_undone_in_place_says_so(kind: str, slope: float) -> None:
    example = Example(kind, (slope,), {}, (MAP,))
    _, module = runner(example.layer, example.inputs)
    assert module is not None
    module.inplace = True
    (x,) = tensors(example)
    output = module((x.requires_grad_() - 0.5) * 1).sum()
    if example.layer.undoable:
        output.backward()
    else:
        with pytest.raises(RuntimeError, match="in-place"):
            output.backward()
