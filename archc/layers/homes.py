"""Where each kind of layer is: its module is loaded when a text first names one of its kinds.

Most texts need a third of them, and to load the others is as much as to check a small network.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module

from archc.layers.base import Layer

HOMES = {
    "convolution": ("conv",),
    "transposed": ("conv_transpose",),
    "standardised": ("std_conv",),
    "linear": ("linear", "rbf"),
    "pooling": ("maxpool", "avgpool", "stochastic_pool", "subsample"),
    "adaptive": ("adaptive_avgpool", "adaptive_maxpool", "global_avgpool"),
    "blur": ("blurpool",),
    "reduce": ("mean", "sum", "max"),
    "normalisation": ("batchnorm", "lrn", "groupnorm", "instancenorm"),
    "layer_norm": ("layernorm",),
    "root_mean_square": ("rmsnorm",),
    "response": ("grn",),
    "activation": (
        *("relu", "relu6", "leaky_relu", "prelu", "elu", "gelu", "silu"),
        *("hardswish", "hardsigmoid", "sigmoid", "tanh", "scaled_tanh"),
    ),
    "softmax": ("softmax", "log_softmax"),
    "further": ("mish", "softplus", "hardtanh", "glu", "absolute"),
    "regularisation": ("dropout", "dropout2d", "stochastic_depth"),
    "merge": ("add", "mul", "concat"),
    "matrix": ("matmul",),
    "reshape": ("identity", "flatten", "reshape", "slice", "channel_shuffle", "permute"),
    "learned": ("scale", "shift"),
    "arithmetic": ("rescale",),
    "pixels": ("pixel_shuffle", "pixel_unshuffle"),
    "resize": ("pad", "crop"),
    "upsample": ("upsample",),
}
"""The modules of this folder, and the keywords of the kinds in each. A test holds it to them."""


class Kinds(MutableMapping[str, type[Layer]]):
    """The classes by their keywords, in the order of the reference page."""

    def __init__(self) -> None:
        self._homes = {word: home for home, words in HOMES.items() for word in words}
        self._loaded: dict[str, type[Layer]] = {}

    def __getitem__(self, word: str) -> type[Layer]:
        found = self._loaded.get(word)
        if found is None:
            module = import_module(f"archc.layers.{self._homes[word]}")
            for kind in vars(module).values():
                if "keyword" in getattr(kind, "__dict__", ()):
                    self._loaded.setdefault(kind.keyword, kind)
            found = self._loaded[word]
        return found

    @property
    def loaded(self) -> tuple[type[Layer], ...]:
        """Those that were asked for, and what lies beside them."""
        return tuple(self._loaded.values())

    def __setitem__(self, word: str, kind: type[Layer]) -> None:
        self._homes.setdefault(word, kind.__module__)
        self._loaded[word] = kind

    def __delitem__(self, word: str) -> None:
        del self._homes[word], self._loaded[word]

    def __contains__(self, word: object) -> bool:
        return word in self._homes

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)
