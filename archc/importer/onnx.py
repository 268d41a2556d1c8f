"""An ONNX graph as the operations of an exported model, so that one reader serves both.

Structure is what the exporter left of it: PyTorch's newer one notes the modules of every node, its
older one their names, and other tools nothing but the names of the weights.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import Any

import onnx
from onnx import shape_inference

from archc.importer.agree import Proof, prove_shapes, prove_state, with_figures
from archc.importer.model import Exported, Unreadable
from archc.importer.onnx_nodes import Converter
from archc.importer.read import Imported, camel

LARGEST_FILE = (1 << 31) - 1  # bytes of a protobuf
LARGEST_RANK = 5  # of a tensor with its batch
LARGEST_CONSTANT = 1 << 12  # numbers; what is larger is a weight and is not looked at


def read_onnx(path: str, sizes: Sequence[tuple[int, ...]] = ()) -> Exported:
    """The graph of a file; `sizes` are those of its inputs, in order. Raises `Unreadable`."""
    with contextlib.suppress(OSError):
        if os.path.getsize(path) > LARGEST_FILE:
            raise Unreadable(
                "it is larger than 2 GiB, which no ONNX file can be",
                "Weights that large lie in a file beside it: save it with external data",
            )
    try:
        model = onnx.load(path, load_external_data=False)
    except Exception as error:  # protobuf's kinds of them differ by version; some say nothing
        told = (str(error).splitlines() or [type(error).__name__])[0]
        raise Unreadable(f"it is no ONNX file: {told[:200]}") from error
    graph = model.graph
    if not graph.node:
        raise Unreadable("it has no operations")
    known = {one.name for one in graph.initializer}
    inputs = [one for one in graph.input if one.name not in known]
    if len(sizes) > len(inputs):
        raise Unreadable(f"it has {len(inputs)} inputs, and {len(sizes)} sizes are given")
    for index, one in enumerate(inputs):
        if settle(one, sizes[index] if index < len(sizes) else None):
            forget(graph)
    for weight in graph.initializer:
        if weight.raw_data and len(weight.raw_data) > 8 * LARGEST_CONSTANT:
            weight.ClearField("raw_data")  # only shapes are asked for
    try:
        inferred = shape_inference.infer_shapes(model, data_prop=True)
    except Exception as error:
        raise Unreadable(f"its shapes cannot be inferred: {str(error)[:200]}") from error
    return Converter(inferred.graph, {one.name for one in inputs}).run()


def forget(graph: Any) -> None:
    """Takes out the sizes that the file tells of all values but its inputs."""
    del graph.value_info[:]
    for one in graph.output:
        one.type.tensor_type.ClearField("shape")


def settle(one: Any, given: tuple[int, ...] | None) -> bool:
    """Gives an input a batch of one and its axes a size; whether the file has another one.

    Raises `Unreadable`.
    """
    axes = one.type.tensor_type.shape.dim
    if not 2 <= len(axes) <= LARGEST_RANK:
        hint = "An input is a batch of 1 to 4 axes: channels, then up to three sizes"
        raise Unreadable(f"its input `{one.name}` has {len(axes)} axes", hint)
    if given is not None and len(given) != len(axes) - 1:
        raise Unreadable(f"its input `{one.name}` has {len(axes) - 1} axes behind the batch")
    before = [axis.dim_value for axis in axes]
    for index, axis in enumerate(axes):
        if index == 0:
            axis.dim_value = 1
        elif given is not None:
            axis.dim_value = given[index - 1]
        elif not axis.dim_value:
            hint = "Give its size, as in --input 3x224x224"
            raise Unreadable(f"its input `{one.name}` leaves a size open", hint)
    return any(size and size != axis.dim_value for size, axis in zip(before, axes, strict=True))


def import_onnx(
    path: str, name: str, sizes: Sequence[tuple[int, ...]], *, verify: bool = True
) -> tuple[Imported, Proof | None]:
    """The spec of an ONNX file, and how it agrees with the file's tensors and shapes."""
    exported = read_onnx(path, sizes)
    proof = Proof()
    imported, network = with_figures(exported, camel(name, name), os.path.basename(path), proof)
    if network is None:
        return imported, proof
    if not verify:
        return imported, None
    state = dict(exported.parameters.values()) | dict(exported.buffers.values())
    prove_state(imported, network, state, proof)
    prove_shapes(imported, network, proof)
    return imported, proof
