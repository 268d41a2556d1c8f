"""Short and other names of layers, and words by which layers differ."""

from __future__ import annotations

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
    "scale": ("layer_scale", "layerscale", "gamma_scale"),
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


WHOLE = {"avgpool": "global_avgpool", "maxpool": "adaptive_maxpool 1"}
"""Pools of the whole map, by the pool of a window."""
