"""ONNX operators as other tools write them: the module computes what ONNX's evaluator does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")

from onnx import helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

from archc.check import Options  # noqa: E402
from archc.emit.pytorch.compile import compile_source  # noqa: E402
from archc.emit.pytorch.verify import load  # noqa: E402
from archc.importer.agree import no_files  # noqa: E402
from archc.importer.onnx import import_onnx  # noqa: E402
from archc.language.source import Source  # noqa: E402

Step = tuple[str, list[str], dict[str, Any]]
Arrays = dict[str, Any]
SHAPES = {
    "c.weight": (6, 3, 3, 3),
    "c.bias": (6,),
    "d_w": (6, 6, 2, 2),
    "factors": (6, 1, 1),
    "ids": (384, 5),
    "turned": (5, 384),
    "added": (5,),
    "n_s": (6,),
    "n_b": (6,),
}
NAMES = {  # of the state, and of the tensor in the file
    "d.weight": "d_w",
    "ids.weight": "ids",
    "ids.bias": "added",
    "turned.weight": "turned",
    "turned.bias": "added",
    "n.weight": "n_s",
    "n.bias": "n_b",
}
CASES: dict[str, tuple[list[Step], str]] = {
    "borders by rule": (
        [
            ("Conv", ["", "c.weight", "c.bias"], {"auto_pad": "SAME_UPPER", "strides": [2, 2]}),
            (
                "MaxPool",
                [""],
                {"auto_pad": "SAME_UPPER", "kernel_shape": [3, 3], "strides": [2, 2]},
            ),
        ],
        "maxpool 3x3 stride=2 pad=same",
    ),
    "the odd one at the begin": (
        [("Conv", ["", "c.weight"], {}), ("Conv", ["", "d_w"], {"auto_pad": "SAME_LOWER"})],
        "d: conv 6 2x2 pad=[[1, 0], [1, 0]] bias=false",
    ),
    "a product with a matrix, and its bias": (
        [
            ("Conv", ["", "c.weight"], {"pads": [1] * 4}),
            ("Flatten", [""], {}),
            ("MatMul", ["", "ids"], {}),
            ("Add", ["added", ""], {}),
        ],
        "ids: linear 5",
    ),
    "a matrix that lies the other way round": (
        [
            ("Conv", ["", "c.weight"], {"pads": [1] * 4}),
            ("Flatten", [""], {}),
            ("Gemm", ["", "turned", "added"], {"transB": 1}),
        ],
        "turned: linear 5",
    ),
    "numbers and factors": (
        [
            ("Conv", ["", "c.weight"], {}),
            ("Mul", ["", "factors"], {}),
            ("Mul", ["half", ""], {}),
            ("Sub", ["half", ""], {}),
        ],
        "rescale factor=-1 shift=0.5",
    ),
    "sums of three": (
        [("Conv", ["", "c.weight"], {}), ("Relu", [""], {}), ("Sum", ["", "y0", "y0"], {})],
        "add",
    ),
    "a norm with a scale": (
        [
            ("Conv", ["", "c.weight"], {}),
            ("InstanceNormalization", ["", "n_s", "n_b"], {}),
        ],
        "n: instancenorm affine=true",
    ),
}


def made(steps: list[Step], path: Path) -> Arrays:
    """Writes a file of one chain; "" is what the step before gave. Returns its tensors."""
    random = np.random.default_rng(0)
    read = {name for _, inputs, _ in steps for name in inputs if name in SHAPES}
    arrays = {name: random.normal(size=SHAPES[name]).astype(np.float32) for name in sorted(read)}
    arrays["half"] = np.array(0.5, np.float32)
    nodes, before = [], "x"
    for place, (kind, inputs, given) in enumerate(steps):
        names = [name or before for name in inputs]
        before = f"y{place}"
        nodes.append(helper.make_node(kind, names, [before], **given))
    single = onnx.TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", single, [1, 3, 8, 8])],
        [helper.make_tensor_value_info(before, single, None)],
        [numpy_helper.from_array(one, name) for name, one in arrays.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), path)
    return arrays


@pytest.mark.parametrize("name", CASES)
def test_values(name: str, tmp_path: Path) -> None:
    steps, line = CASES[name]
    path = tmp_path / "net.onnx"
    arrays = made(steps, path)
    imported, proof = import_onnx(str(path), "net", [])
    assert proof is not None
    assert not proof.failed, imported.text
    assert line in imported.text, imported.text
    built = compile_source(Source(imported.text, "net.arch"), Options(), no_files)
    assert built.code is not None, built.diagnostics
    module = load(built.code).Net().eval()
    state = {key: torch.tensor(arrays[NAMES.get(key, key)]) for key in module.state_dict()}
    module.load_state_dict(
        {key: one.t() if key == "ids.weight" else one for key, one in state.items()}
    )
    x = np.random.default_rng(1).normal(size=(1, 3, 8, 8)).astype(np.float32)
    theirs = ReferenceEvaluator(str(path)).run(None, {"x": x})[0]
    with torch.no_grad():
        result = module(torch.tensor(x)).numpy()
    np.testing.assert_allclose(result, theirs, rtol=1e-4, atol=1e-5)
