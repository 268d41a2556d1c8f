"""Which public models are imported; `python -m tests.campaigns.zoo_models` chooses timm's anew.

All of torchvision: classifiers, segmentation, and the backbones of detection, whose heads choose
by values. Of timm, the convolutional families: a family's models of at most `LARGEST` parameters,
sorted by name, and of these at most `EACH`, spread evenly over them. To know how large a model is
it must be made, so the choice lies in a file, and a run need not repeat it.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch

from tests.importer.zoo import models

CHOICE = Path(__file__).with_name("timm_models.txt")
LARGEST = 100_000_000
EACH = 16
FAMILIES = (  # modules of timm whose models are convolutional
    *("byobnet", "convmixer", "convnext", "cspnet", "cspnext", "densenet", "dla", "dpn"),
    *("efficientnet", "fasternet", "ghostnet", "hardcorenas", "hgnet", "hrnet"),
    *("inception_next", "inception_resnet_v2", "inception_v3", "inception_v4", "lcnetv2"),
    *("mambaout", "mobilenetv3", "nasnet", "nfnet", "pnasnet", "rdnet", "regnet", "repghost"),
    *("repvit", "res2net", "resnest", "resnet", "resnetv2", "rexnet", "selecsls", "senet", "sknet"),
    *("starnet", "tresnet", "vgg", "vovnet", "xception", "xception_aligned"),
)
Make = Callable[[], Any]


class Candidate(NamedTuple):
    """A model's name, what makes it, and the size of its input."""

    name: str
    make: Make
    size: tuple[int, ...]


def candidates(names: Collection[str] = ()) -> Iterator[Candidate]:
    """torchvision's, then those that are chosen of timm; or those of these names."""
    for one in of_torchvision():
        if not names or one.name in names:
            yield one
    ours = [name.removeprefix("timm:") for name in names if name.startswith("timm:")]
    for name in ours if names else CHOICE.read_text(encoding="utf-8").split():
        yield of_timm(name)


def of_torchvision() -> Iterator[Candidate]:
    library = models()
    for name in sorted(library.list_models(module=library)):
        builder = library.get_model_builder(name)
        if name in ("googlenet", "inception_v3"):
            builder = functools.partial(builder, init_weights=False)
        side = 299 if name == "inception_v3" else 224
        yield Candidate(f"torchvision:{name}", builder, (3, side, side))
    for name in sorted(library.list_models(module=library.segmentation)):
        builder = functools.partial(untrained, name)
        yield Candidate(f"torchvision:{name}", builder, (3, 224, 224))
    for name in sorted(library.list_models(module=library.detection)):
        builder = functools.partial(backbone, name)
        yield Candidate(f"torchvision:{name}.backbone", builder, (3, 320, 320))


def untrained(name: str) -> Any:
    return models().get_model_builder(name)(weights=None, weights_backbone=None)


def backbone(name: str) -> Any:
    return untrained(name).backbone


def of_timm(name: str) -> Candidate:
    models()  # timm imports torchvision
    import timm

    config = timm.get_pretrained_cfg(name)
    size = tuple(config.input_size) if config is not None else (3, 224, 224)
    return Candidate(f"timm:{name}", functools.partial(timm.create_model, name), size)


def parameters(make: Make) -> int:
    """How many a model has; one that cannot be made without values is made with them."""
    try:
        with torch.device("meta"):
            model = make()
    except Exception:
        model = make()
    return sum(one.numel() for one in model.parameters())


def spread(names: list[str], most: int) -> list[str]:
    """At most so many, at equal distances, the first among them."""
    count = min(most, len(names))
    return [names[place * len(names) // count] for place in range(count)]


def choose() -> list[str]:
    """One of each family, then a second one: a run that is broken off has seen all families."""
    models()
    import timm

    chosen = []
    for family in FAMILIES:
        names = sorted(timm.list_models(module=family))
        fitting = [name for name in names if parameters(of_timm(name).make) <= LARGEST]
        chosen.append(spread(fitting, EACH))
        print(f"{family}: {len(chosen[-1])} of {len(fitting)}", flush=True)
    return [name for round_ in itertools.zip_longest(*chosen) for name in round_ if name]


if __name__ == "__main__":
    CHOICE.write_text("\n".join(choose()) + "\n", encoding="utf-8")
