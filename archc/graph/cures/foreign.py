"""What other frameworks call the arguments of layers."""

from __future__ import annotations

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
NO_UNPOOLING = "the places of a maximum are not kept: `upsample 2` makes a map larger"
NO_REGIONS = "regions and offsets are no maps of numbers, and have no layer"
RESULT = "the last tensor is the result; a further one is given by `output`"
ABSENT = {
    **dict.fromkeys(("split", "chunk"), PARTS),
    **dict.fromkeys(("return", "yield"), RESULT),
    **dict.fromkeys(("assert", "require"), "a claim is written `expect …`, of figures and shapes"),
    **dict.fromkeys(("attention", "self_attention", "transformer", "mha"), NO_ATTENTION),
    **dict.fromkeys(("multihead_attention", "multiheadattention"), NO_ATTENTION),
    **dict.fromkeys(("lstm", "gru", "rnn"), NO_STATE),
    **dict.fromkeys(("embedding", "embed"), NO_TOKENS),
    **dict.fromkeys(("maxunpool", "max_unpool", "max_unpool2d"), NO_UNPOOLING),
    **dict.fromkeys(("maxunpool2d", "unpool", "unpooling", "max_unpooling"), NO_UNPOOLING),
    **dict.fromkeys(("roi_align", "roi_pool", "roipool", "roialign", "nms"), NO_REGIONS),
    **dict.fromkeys(("deform_conv", "deform_conv2d", "deformable_conv", "dcn"), NO_REGIONS),
    **dict.fromkeys(("loss", "cross_entropy", "optimizer", "adam", "sgd"), NO_TRAINING),
}
"""Layers that authors look for and that are not here, and why."""

STANDS_FOR = (NO_ATTENTION, NO_STATE, NO_TOKENS, NO_UNPOOLING, NO_REGIONS)
OPAQUE = frozenset(word for word, why in ABSENT.items() if why in STANDS_FOR)
"""Of these, layers that `opaque` may stand for."""
