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

SHORT = {
    "absolute": ("abs",),
    "adaptive_avgpool": ("adaptive_avg", "adaptive_avg_pool2d", "aap", "adaptive_pool"),
    "adaptive_maxpool": ("adaptive_max", "adaptive_max_pool2d", "amp"),
    "adaptive_maxpool 1": ("gmp", "global_max", "global_maxpool", "global_max_pool"),
    "avgpool": ("ap", "avg", "avgp", "meanpool", "mean_pool", "average_pool", "averagepool"),
    "batchnorm": ("bnorm", "batch_normalization", "sync_bn", "syncbn", "syncbatchnorm"),
    "channel_shuffle": ("shuffle", "channelshuffle", "shuffle_channels"),
    "concat": ("depthconcat", "route", "filter_concat"),
    "conv_transpose": ("convt", "tconv", "conv_t", "deconv2d", "conv2d_transpose", "upconv2d"),
    "dropout": ("drop", "do", "dropout1d"),
    "dropout2d": ("spatial_dropout", "drop2d", "spatialdropout2d"),
    "flatten": ("flat",),
    "global_avgpool": ("global_avg", "gavgpool", "globalavgpool", "global_mean_pool"),
    "groupnorm": ("gn", "gnorm"),
    "hardsigmoid": ("hsigmoid", "h_sigmoid", "hsig"),
    "hardswish": ("hswish", "h_swish", "hard_swish"),
    "identity": ("id", "noop", "nop", "pass"),
    "instancenorm": ("inorm", "instancenorm2d", "instance_normalization"),
    "layernorm": ("ln", "lnorm", "layer_normalization"),
    "leaky_relu": ("lrelu", "leaky", "l_relu"),
    "linear": ("lin", "ip", "inner_product", "innerproduct", "affine"),
    "log_softmax": ("log_soft", "lsm"),
    "maxpool": ("mp", "max", "maxp"),
    "pixel_shuffle": ("ps", "subpixel", "sub_pixel"),
    "sigmoid": ("sig", "logistic"),
    "softmax": ("smax",),
    "stochastic_depth": ("drop_path", "droppath"),
    "upsample": ("up", "resize", "interpolate", "unpool", "upsampling"),
}
MEANT = {word: line for line, words in SHORT.items() for word in words}
"""Abbreviations and other names of layers, and how they are written here."""

OPPOSED = (
    ("max", "min", "avg", "average", "mean", "sum"),
    ("batch", "group", "layer", "instance"),
    ("global", "adaptive", "stochastic"),
    ("hard", "log", "leaky"),
    ("up", "down"),
    ("unshuffle", "shuffle"),
    ("1d", "2d", "3d"),
    ("relu", "elu", "gelu", "prelu", "celu", "selu", "crelu", "lrelu", "rrelu", "relu6", "silu"),
    ("softmax", "softmin", "softplus", "softsign", "softshrink"),
    ("tanh", "tan", "atan", "sinh", "cosh"),
)
"""Parts of words by which layers differ: one is no slip for another."""


def opposed(word: str, other: str) -> bool:
    """Whether two words name layers of different meaning, however alike they are written."""
    for parts in OPPOSED:
        ours, theirs = (_longest(parts, one.lower()) for one in (word, other))
        if ours and theirs and ours != theirs:
            return True
    return False


def _longest(parts: tuple[str, ...], word: str) -> str:
    return max((part for part in parts if part in word), key=len, default="")


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
