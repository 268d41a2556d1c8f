"""Norms of a single value: the warning stands where PyTorch refuses one image at inference."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch")

from archc import load  # noqa: E402
from tests.analysis.test_findings import mended_by_its_cure  # noqa: E402
from tests.emit.pytorch.compiled import module_of  # noqa: E402

POINT, FLAT, MAP, ROW = "global_avgpool", "global_avgpool; flatten", "relu", "avgpool 6x1"


@pytest.mark.parametrize("before", [POINT, FLAT, MAP, ROW])
@pytest.mark.parametrize(
    "norm",
    [
        *("groupnorm 8", "groupnorm 8 affine=false", "groupnorm 4", "groupnorm 1"),
        *("batchnorm", "batchnorm track=false", "batchnorm track=false affine=false", "layernorm"),
    ],
)
def test_it_is_told_where_pytorch_refuses_one_image(before: str, norm: str) -> None:
    body = f"input 3x8x8; conv 8 3x3 bias=false; {before}; {norm}"
    text = f"network N {{ {body} }}"
    told = [one for one in load(text).diagnostics if one.code == "single-value"]
    made = module_of(text).N().eval()
    if told:
        with pytest.raises(ValueError, match="Expected more than 1 value per channel"):
            made(torch.rand(1, 3, 8, 8))
        assert mended_by_its_cure(body)
    else:
        made(torch.rand(1, 3, 8, 8))


def test_open_sizes_are_not_known_to_be_one() -> None:
    assert not load("network N { input 8xHxW; groupnorm 8 }").diagnostics
    assert load("network N { input 8xHxW; global_avgpool; groupnorm 8 }").diagnostics
