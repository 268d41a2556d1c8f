"""torchvision's models on a PyTorch that its compiled operators do not fit.

Only the schemas of those operators are needed: models of classification call none of them.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
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
    if find_spec("torchvision") is None:
        pytest.skip("torchvision is not installed")  # each test that asks: a skip is not kept
    if not KEPT and not has_operators():
        library = torch.library.Library("torchvision", "FRAGMENT")
        for schema in SCHEMAS:
            library.define(schema)
        KEPT.append(library)
    module: ModuleType = pytest.importorskip("torchvision.models")
    return module


def has_operators() -> bool:
    """Loads them as torchvision does, if they fit: they must not be declared twice."""
    found = find_spec("torchvision")
    for folder in (found.submodule_search_locations or []) if found else []:
        for path in sorted(Path(folder).glob("_C*.so")):
            try:
                torch.ops.load_library(path)
            except OSError:
                return False
            return True
    return False


KEPT: list[torch.library.Library] = []
