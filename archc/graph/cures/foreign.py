"""What other frameworks call the arguments of layers."""

from __future__ import annotations

FOREIGN_ARGUMENTS = {
    "alpha": ("slope",),
    "dilation_rate": ("dilation",),
    "drop_prob": ("p",),
    "epsilon": ("eps",),
    "factor": ("scale", "groups"),
    "filters": ("channels",),
    "kernel_size": ("kernel",),
    "maps": ("channels",),
    "negative_slope": ("slope",),
    "num_channels": ("channels",),
    "num_groups": ("groups",),
    "out_channels": ("channels", "features"),
    "out_features": ("features",),
    "output_padding": ("output_pad",),
    "output_size": ("size",),
    "padding": ("pad",),
    "pool_size": ("kernel",),
    "rate": ("p",),
    "scale_factor": ("scale",),
    "strides": ("stride",),
    "track_running_stats": ("track",),
    "units": ("features",),
    "upscale_factor": ("factor",),
    "use_bias": ("bias",),
    "width": ("channels", "features"),
}

NEEDLESS_ARGUMENTS = {
    "in_channels": "the channels that come in are known",
    "in_features": "the numbers that come in are known",
    "inplace": "what may run in place is found out",
    "input_shape": "`input` says it once, at the top",
    "name": "a label names a layer: `name: conv …`",
    "num_features": "the channels that come in are known",
    "normalized_shape": "the channels that come in are known",
    "padding_mode": "padding of another kind is a `pad` layer in front",
    "data_format": "channels stand first",
    "device": "a spec says nothing of devices",
    "dtype": "`--dtype` gives the type of numbers",
}
"""Arguments of other frameworks that say nothing here."""

NO_ATTENTION = "archc describes convolutional networks, and has no attention"
NO_STATE = "archc describes feed-forward networks, and has no state"
NO_TOKENS = "an input is a map of numbers: there are no tokens"
NO_TRAINING = "a spec describes a network, not its training"
PARTS = "`slice` takes some of the channels: `slice 0 64`, then `from` and `slice 64`"
RESULT = "the last tensor is the result; a further one is given by `output`"
ABSENT = {
    **dict.fromkeys(("split", "chunk"), PARTS),
    **dict.fromkeys(("return", "yield"), RESULT),
    **dict.fromkeys(("attention", "self_attention", "transformer", "mha"), NO_ATTENTION),
    **dict.fromkeys(("multihead_attention", "multiheadattention"), NO_ATTENTION),
    **dict.fromkeys(("lstm", "gru", "rnn"), NO_STATE),
    **dict.fromkeys(("embedding", "embed"), NO_TOKENS),
    **dict.fromkeys(("loss", "cross_entropy", "optimizer", "adam", "sgd"), NO_TRAINING),
}
"""Layers that authors look for and that are not here, and why."""

OPAQUE = frozenset(
    word for word, why in ABSENT.items() if why in (NO_ATTENTION, NO_STATE, NO_TOKENS)
)
"""Of these, layers that `opaque` may stand for."""
