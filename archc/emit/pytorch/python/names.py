"""Names in the generated module: none may shadow Python's, PyTorch's or another of ours."""

from __future__ import annotations

import builtins
import unicodedata
from collections.abc import Iterable
from keyword import iskeyword, issoftkeyword

# What the generated module imports or may import.
IMPORTED = frozenset(
    (
        *("F", "nn", "torch", "Tensor", "OrderedDict", "NamedTuple", "Callable", "Sequence"),
        *("Any", "partial", "functools", "itertools", "numbers", "math", "annotations"),
        *("divisible", "center_crop"),
    )
)
AXIS_NAMES = {
    1: ("in_width",),
    2: ("in_height", "in_width"),
    3: ("in_depth", "in_height", "in_width"),
}
"""The sizes of what enters a class, as arguments of it."""
BUILTINS = frozenset(dir(builtins))
# Attributes of torch.nn.Module that begin with an underscore; a test holds the list to PyTorch.
PRIVATE = frozenset(
    (
        *("_apply", "_backward_hooks", "_backward_pre_hooks", "_buffers", "_call_impl"),
        *("_compiled_call_impl", "_forward_hooks", "_forward_hooks_always_called"),
        *("_forward_hooks_with_kwargs", "_forward_pre_hooks", "_forward_pre_hooks_with_kwargs"),
        *("_get_backward_hooks", "_get_backward_pre_hooks", "_get_name"),
        *("_is_full_backward_hook", "_load_from_state_dict", "_load_state_dict_post_hooks"),
        *("_load_state_dict_pre_hooks", "_maybe_warn_non_full_backward_hook", "_modules"),
        *("_named_members", "_non_persistent_buffers_set", "_parameters"),
        *("_register_load_state_dict_pre_hook", "_register_state_dict_hook"),
        *("_replicate_for_data_parallel", "_save_to_state_dict", "_slow_forward"),
        *("_state_dict_hooks", "_state_dict_pre_hooks", "_version", "_wrapped_call_impl"),
    )
)


def plain(label: str) -> bool:
    """Whether `self.LABEL` says exactly this label: Python folds Unicode names (NFKC)."""
    return (
        label.isidentifier()
        and not iskeyword(label)
        and unicodedata.normalize("NFKC", label) == label
        and not label.startswith("__")
    )


def identifier(text: str, fallback: str = "value") -> str:
    """The nearest identifier that is no keyword and no builtin."""
    folded = unicodedata.normalize("NFKC", text)
    kept = "".join(
        letter if letter.isidentifier() or letter.isdigit() else "_" for letter in folded
    )
    kept = kept.strip("_") or fallback
    if not kept.isidentifier():
        kept = f"{fallback}_{kept}" if kept[0].isdigit() else fallback
    taken = kept in BUILTINS or kept in IMPORTED or kept in ("self", "l", "O", "I")
    if iskeyword(kept) or taken:  # `l` looks like 1
        kept += "_"
    return kept


def snake(text: str) -> str:
    """`Block` as an argument: `block`."""
    out = []
    for i, letter in enumerate(text):
        if letter.isupper() and i and not text[i - 1].isupper() and text[i - 1] != "_":
            out.append("_")
        out.append(letter.lower())
    return "".join(out)


class Taken:
    """Names in use; a new one steps aside."""

    __slots__ = ("_next", "names")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self.names = set(names)
        self._next: dict[str, int] = {}  # of a word, the first number that may be free

    def copy(self) -> Taken:
        made = Taken(self.names)
        made._next = self._next.copy()
        return made

    def new(self, *wanted: str) -> str:
        """The first of the wanted names that is free, else the last with a number."""
        for name in wanted:
            if name not in self.names and not issoftkeyword(name):
                self.names.add(name)
                return name
        base = wanted[-1].rstrip("_0123456789") or "value"
        number = self._next.get(base, 2)
        while f"{base}{number}" in self.names:
            number += 1
        self._next[base] = number + 1
        self.names.add(f"{base}{number}")
        return f"{base}{number}"
