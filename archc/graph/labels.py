"""Which names a layer may bear: it becomes an attribute of a PyTorch module."""

from __future__ import annotations

import re
from functools import lru_cache
from keyword import iskeyword
from typing import TYPE_CHECKING

from archc.diagnostics import Cure, Edit, Label, Proposal
from archc.graph.mistakes import Mistake

if TYPE_CHECKING:
    from archc.graph.naming import Use
    from archc.language.source import Span

# Attributes of torch.nn.Module: a child of that name would break it. A test holds the list to it.
MODULE_ATTRIBUTES = frozenset(
    [
        "T_destination",
        "add_module",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)


LONGEST = 100


@lru_cache(maxsize=1_000)
def label_problem(label: str) -> str | None:
    """Why a label cannot be a module's name, or None where it can; each part of a path is one."""
    if not label:
        return "a label may not be empty"
    if len(label) > LONGEST:
        return f"a label has at most {LONGEST} letters, this one has {len(label):,}"
    if "." in label:
        parts = label.split(".")
        if not all(parts):
            return f"`{label}` has a dot with no name beside it"
        return next((problem for problem in map(label_problem, parts) if problem), None)
    if "@" in label or (not label.isprintable() and any(map(_controls, label))):
        return "a label may hold no `@` and no control characters"
    if iskeyword(label):
        return f"`{label}` is a Python keyword"
    if "__" in label and (label.startswith("__") or label.endswith("__")):
        return f"`{label}` begins or ends with two underscores, as Python's own names do"
    if label in MODULE_ATTRIBUTES:
        return f"`{label}` is an attribute of every PyTorch module"
    return None


def _controls(letter: str) -> bool:
    return ord(letter) < 32 or 127 <= ord(letter) < 160


def beginnings(label: str) -> list[str]:
    """The paths before each dot of a label: `a` and `a.b` of `a.b.0`."""
    if "." not in label:
        return []
    return [label[:place] for place, letter in enumerate(label) if letter == "."]


def numbered(name: str, label: Span) -> tuple[Proposal, ...]:
    """The label with the next number that is free, where it is written as it is."""
    if label.text != name:
        return ()
    stem = name.rstrip("0123456789")
    number = int(name[len(stem) :] or 1) + 1
    while re.search(rf"\b{re.escape(stem)}{number}\b", label.source.text):
        number += 1
    return (Proposal(f"write `{stem}{number}:`", Cure((Edit(label, f"{stem}{number}"),))),)


def twice(name: str, label: Span, earlier: Use) -> Mistake:
    """A label that is the name of something else in its scope; the message shows both ends."""
    if earlier.part:
        return Mistake(
            "duplicate-label",
            f"the label `{name}` begins another label of this scope, `{earlier.span.text}`",
            label,
            labels=(Label(earlier.span, "this one"),),
        )
    if earlier.automatic:
        return Mistake(
            "duplicate-label",
            f"the label `{name}` is already the name of something without a label in this scope",
            label,
            "what has no label takes a running number, and cannot know what a computed label\n"
            "comes out as: give it a label of its own",
            (Label(earlier.span, f"this has no label, and is `{name}`"),),
        )
    if earlier.span != label:
        return Mistake(
            "duplicate-label",
            f"the label `{name}` is used twice in one scope",
            label,
            labels=(Label(earlier.span, "first used here"),),
            proposals=numbered(name, label),
        )
    message = f"the label `{name}` is used twice by this loop"
    if "{" in label.text:
        help = "its computed part must differ in every round"
    else:
        help = f"in `for i in …` a label may be computed: `{name}{{i}}:`"
    return Mistake("duplicate-label", message, label, help)
