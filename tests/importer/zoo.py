"""torchvision's models on a PyTorch that its compiled operators do not fit.

Only the schemas of those operators are needed: models of classification call none of them.
"""

from __future__ import annotations

from functools import cache
from types import ModuleType

import pytest
import torch

SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)


@cache
def models() -> ModuleType:
    """`torchvision.models`; skips the test where torchvision is missing."""
    library = torch.library.Library("torchvision", "FRAGMENT")
    for schema in SCHEMAS:
        if not hasattr(torch.ops.torchvision, schema.partition("(")[0]):
            library.define(schema)
    KEPT.append(library)
    module: ModuleType = pytest.importorskip("torchvision.models")
    return module


KEPT: list[torch.library.Library] = []
