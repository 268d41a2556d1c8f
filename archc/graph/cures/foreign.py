"""What other frameworks call the arguments of layers."""

from __future__ import annotations

from collections.abc import Iterator

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.edits import mended
from archc.language import tree
from archc.layers.abbreviations import opposed
from archc.layers.registry import KINDS
from archc.suggest import near

FOREIGN_ARGUMENTS = {
    "alpha": ("slope",),
    "cardinality": ("groups",),
    "ceil_mode": ("ceil",),
    "channels": ("features",),
    "dilation_rate": ("dilation",),
    "dilations": ("dilation",),
    "dim": ("axis", "features", "channels"),
    "dims": ("order",),
    "drop": ("p",),
    "drop_prob": ("p",),
    "drop_rate": ("p",),
    "dropout": ("p",),
    "dropout_ratio": ("p",),
    "elementwise_affine": ("affine",),
    "epsilon": ("eps",),
    "factor": ("scale", "groups"),
    "features": ("channels",),
    "filter": ("channels",),
    "filter_size": ("kernel",),
    "filters": ("channels",),
    "group": ("groups",),
    "kernel_shape": ("kernel",),
    "kernel_size": ("kernel",),
    "ks": ("kernel",),
    "ksize": ("kernel",),
    "local_size": ("size",),
    "maps": ("channels",),
    "n_filters": ("channels",),
    "negative_slope": ("slope",),
    "neurons": ("features",),
    "nodes": ("features",),
    "num_channels": ("channels",),
    "num_filters": ("channels",),
    "num_groups": ("groups",),
    "num_output": ("channels", "features"),
    "num_outputs": ("channels", "features"),
    "out": ("channels", "features"),
    "out_ch": ("channels", "features"),
    "out_channels": ("channels", "features"),
    "out_features": ("features",),
    "output": ("features", "channels"),
    "output_padding": ("output_pad",),
    "output_size": ("size",),
    "n": ("size",),
    "outputs": ("features", "channels"),
    "padding": ("pad",),
    "paddings": ("pad",),
    "pool_size": ("kernel",),
    "window_shape": ("kernel",),
    "prob": ("p",),
    "rate": ("p", "dilation"),
    "scale_factor": ("scale",),
    "size": ("kernel", "scale"),
    "strides": ("stride",),
    "target_shape": ("shape",),
    "track_running_stats": ("track",),
    "units": ("features",),
    "upscale_factor": ("factor",),
    "use_bias": ("bias",),
    "width": ("channels", "features"),
    "window": ("kernel",),
    "window_size": ("kernel",),
}

NEEDLESS_ARGUMENTS = {
    "in_channels": "the channels that come in are known",
    "in_features": "the numbers that come in are known",
    "inplace": "what may run in place is found out",
    "input_shape": "`input` says it once, at the top",
    "name": "a label names a layer: `name: conv …`",
    "num_features": "the channels that come in are known",
    "normalized_shape": "the channels that come in are known",
    "data_format": "channels stand first",
    "device": "a spec says nothing of devices",
    "dtype": "`--dtype` gives the type of numbers",
}
"""Arguments of other frameworks that say nothing here."""

OTHER_PADDING = ("padding_mode", "pad_mode")
"""What others call the values that a convolution is padded with; here a `pad` layer has them."""


def renamed_throughout(action: tree.Apply, word: str | None) -> Iterator[Proposal]:
    """`leakyrelu negative_slope=0.2`: the layer and its arguments by the names they have here."""
    written = action.callee.span.text
    words = [word] if word else [*near(written.lower(), KINDS, 1)]
    for own in words:
        if own not in KINDS or opposed(written.lower(), own):
            continue
        known = KINDS[own].arguments
        edits = [Edit(action.callee.span, own)]
        for one in action.arguments:
            names = [name for name in FOREIGN_ARGUMENTS.get(one.name or "", ()) if name in known]
            if names and one.name_span is not None and one.name not in known:
                edits.append(Edit(one.name_span, names[0]))
        if len(edits) > 1:
            yield Proposal(f"write `{mended(action.span, edits)}`", Cure(tuple(edits)))
