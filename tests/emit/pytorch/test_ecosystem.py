"""Generated modules in the company of PyTorch's tools."""

from __future__ import annotations

import copy
import io
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import onnx
import onnx.checker
import pytest
import torch
from onnx.reference import ReferenceEvaluator
from torch import Tensor, nn

from tests.emit.pytorch.ecosystem import NAMES, case, image, imported, main_result

Made = tuple[str, type[nn.Module]]


QUICK = ("residual",)  # PyTorch's compilers take long over the others
CAMPAIGN = pytest.mark.campaign
COMPILED = [one if one in QUICK else pytest.param(one, marks=CAMPAIGN) for one in NAMES]


@pytest.fixture(scope="module", params=NAMES)
def made(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    yield from making(request.param, tmp_path_factory)


@pytest.fixture(scope="module", params=COMPILED)
def compilable(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Made]:
    """The same, for tests that compile it."""
    yield from making(request.param, tmp_path_factory)


def making(which: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp(which)
    with imported(case(which), folder, f"net_{which}") as net:
        yield which, net


def fresh(net: type[nn.Module]) -> nn.Module:
    torch.manual_seed(0)
    return net()


def equal(one: nn.Module, other: nn.Module) -> bool:
    left, right = one.state_dict(), other.state_dict()
    return list(left) == list(right) and all(torch.equal(left[name], right[name]) for name in left)


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.filterwarnings("ignore")
def test_compiles_without_breaks(compilable: Made, training: bool) -> None:
    which, net = compilable
    model = fresh(net).train(training)
    compiled = torch.compile(copy.deepcopy(model), fullgraph=True, backend="aot_eager")
    x = image(which)
    torch.manual_seed(2)
    expected = model(x)
    torch.manual_seed(2)
    result = compiled(x)
    torch.testing.assert_close(main_result(result), main_result(expected))
    main_result(result).sum().backward()
    torch._dynamo.reset()


@pytest.mark.filterwarnings("ignore")
def test_exports(compilable: Made) -> None:
    which, net = compilable
    model = fresh(net).eval()
    x = image(which)
    exported = torch.export.export(model, (x,))
    torch.testing.assert_close(exported.module()(x), model(x))


@pytest.mark.filterwarnings("ignore")
def test_exports_with_any_number_of_images(compilable: Made) -> None:
    which, net = compilable
    model = fresh(net).eval()
    many = torch.export.Dim("images", min=2, max=64)
    exported = torch.export.export(model, (image(which),), dynamic_shapes=({0: many},))
    x = image(which, 7)
    torch.testing.assert_close(exported.module()(x), model(x))


@pytest.mark.filterwarnings("ignore")
def test_onnx(compilable: Made, tmp_path: Path) -> None:
    which, net = compilable
    model = fresh(net).eval()
    file = tmp_path / "net.onnx"
    torch.onnx.export(model, (image(which),), str(file), dynamo=True, verbose=False)
    read = onnx.load(str(file))
    onnx.checker.check_model(read, full_check=True)
    reference = ReferenceEvaluator(read)
    (result,) = reference.run(None, {read.graph.input[0].name: image(which).numpy()})
    torch.testing.assert_close(torch.from_numpy(result), model(image(which)), atol=1e-3, rtol=1e-3)


def test_saves_and_loads(made: Made) -> None:
    which, net = made
    model = fresh(net).eval()
    stream = io.BytesIO()
    torch.save(model.state_dict(), stream)
    stream.seek(0)
    torch.manual_seed(5)
    other = net().eval()
    other.load_state_dict(torch.load(stream, weights_only=True), strict=True)
    assert torch.equal(other(image(which)), model(image(which)))


def test_copies_and_pickles_by_class(made: Made) -> None:
    which, net = made
    model = fresh(net).eval()
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert type(other) is net
        assert type(other).__name__ == case(which).name
        assert equal(other, model)
        assert torch.equal(other(image(which)), model(image(which)))
        with torch.no_grad():
            next(other.parameters()).add_(1)
        assert not equal(other, model)


def test_channels_last(made: Made) -> None:
    which, net = made
    model = fresh(net).eval()
    other = copy.deepcopy(model).to(memory_format=torch.channels_last)
    x = image(which).contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(other(x), model(image(which)), atol=1e-4, rtol=1e-4)
    main_result(other.train()(x)).sum().backward()


def test_bfloat16_autocast(made: Made) -> None:
    which, net = made
    model = fresh(net)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        result = main_result(model(image(which)))
    assert result.isfinite().all()
    result.float().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in used(model, which))


def used(model: nn.Module, which: str) -> list[nn.Parameter]:
    """The parameters that the main result depends on."""
    return [p for name, p in model.named_parameters() if not name.startswith("aux")]


def test_double_precision(made: Made) -> None:
    which, net = made
    model = fresh(net).double()
    assert main_result(model(image(which).double())).dtype == torch.float64


def test_lives_on_the_meta_device(made: Made) -> None:
    which, net = made
    with torch.device("meta"):
        model = net().eval()
    result: Tensor = model(image(which).to("meta"))
    assert result.shape == fresh(net).eval()(image(which)).shape


WORKER = """
import sys
import torch
import torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel

sys.path.insert(0, sys.argv[1])
import net_distributed

rank, name = int(sys.argv[2]), sys.argv[3]
size = [int(axis) for axis in sys.argv[4:]]
dist.init_process_group("gloo", init_method=f"file://{sys.argv[1]}/meet", rank=rank, world_size=2)
torch.set_num_threads(1)
torch.manual_seed(rank)
model = DistributedDataParallel(getattr(net_distributed, name)())
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for step in range(3):
    torch.manual_seed(10 * step + rank)
    optimizer.zero_grad()
    result = model(torch.randn(4, *size))
    losses = [one.square().mean() for one in (result if isinstance(result, tuple) else (result,))]
    sum(losses).backward()
    optimizer.step()
torch.save(dict(model.module.named_parameters()), f"{sys.argv[1]}/weights{rank}.pt")
dist.barrier()
dist.destroy_process_group()
"""


@CAMPAIGN
@pytest.mark.parametrize("which", ["residual", "branches", "odd", "lenet5"])
def test_two_processes_learn_the_same(which: str, tmp_path: Path) -> None:
    one = case(which)
    (tmp_path / "net_distributed.py").write_text(one.code, encoding="utf-8")
    worker = tmp_path / "worker.py"
    worker.write_text(WORKER, encoding="utf-8")
    environment = {**os.environ, "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1"}
    workers = [
        subprocess.Popen(
            [sys.executable, worker, tmp_path, str(rank), one.name, *map(str, one.image)],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        told = [process.communicate(timeout=120)[1] for process in workers]
    finally:
        for process in workers:
            process.kill()
    assert [process.returncode for process in workers] == [0, 0], told
    left, right = (torch.load(tmp_path / f"weights{rank}.pt") for rank in range(2))
    assert list(left) == list(right)
    assert all(torch.equal(left[name], right[name]) for name in left)
    with imported(one, tmp_path, "net_start") as net:
        torch.manual_seed(0)
        start = dict(net().named_parameters())
    assert not any(torch.equal(start[name], left[name]) for name in left if "weight" in name)
