"""Layers that authors look for and that are not here: why, and what they are made of here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from archc.diagnostics import Cure, Edit, Proposal
from archc.graph.cures.attention import attention, embedded, made
from archc.language import tree
from archc.language.source import Span
from archc.layers.registry import KINDS, foreign

NO_HEADS = (
    "attention is no layer: `matmul` and `softmax` make one head of it, "
    "as `archc explain matmul` says"
)
NO_WINDOWS = (
    "attention of two maps, or within windows, is no layer: "
    "`matmul` and `softmax` make one head of it"
)
NO_ENCODER = (
    "a transformer is no layer: its parts are `layernorm`, `linear` or `conv … 1x1`, `gelu` and "
    "attention, of `matmul` and `softmax`, each in an `add` with `identity`"
)
NO_STATE = "archc describes feed-forward networks, and has no state"
NO_TOKENS = "an input is a map of numbers: there are no tokens"
NO_MEMBER = "there is no token beside those of the map: `global_avgpool` takes the mean of them all"
NO_CAPSULES = (
    "a capsule is `conv` or `linear` with `reshape`; "
    "neither squashing nor routing by agreement is here"
)
NO_GRAPHS = "archc describes networks on grids, and has no graphs"
NO_SCAN = "archc describes feed-forward networks, and has no scan along a state"
NO_TRAINING = "a spec describes a network, not its training"
NO_UNPOOLING = "the places of a maximum are not kept: `upsample 2` makes a map larger"
NO_REGIONS = "regions and offsets are no maps of numbers, and have no layer"
PARTS = "`slice` takes some of the channels: `slice 0 64`, then `from` and `slice 64`"
RESULT = "the last tensor is the result; a further one is given by `output`"
PLACES = "numbers that are learned for each place are a `shift` of that shape"
WINDOWS = "patches are a convolution whose stride is its window: `conv 64 4x4 stride=4`"
PERCEPTRON = (
    "two layers at each place: `conv 4*c 1x1 -> gelu -> conv c 1x1`, or `linear` where all is flat"
)
SMALLER = (
    "a map is made smaller by a pool, `maxpool 2x2` or `avgpool 2x2`, or by a stride, "
    "`conv 64 3x3 stride=2 pad=1`"
)

REASONS: Mapping[str, str] = {
    PARTS: "split chunk",
    RESULT: "return yield",
    "a claim is written `expect …`, of figures and shapes": "assert require",
    NO_HEADS: (
        "attention selfattention attn selfattn mha mhsa msa multihead multiheadattention nonlocal "
        "multiheadselfattention multiheadattn nonlocalblock softmaxattention "
        "scaleddotproductattention dotproductattention"
    ),
    NO_WINDOWS: "crossattention windowattention shiftedwindowattention encoderdecoderattention",
    NO_ENCODER: (
        "transformer transformerencoder transformerblock transformerlayer encoderlayer "
        "encoderblock transformerencoderlayer transformerdecoder decoderlayer "
        "vit swin vitblock swinblock"
    ),
    SMALLER: "downsample downsampling downscale down shrink",
    PERCEPTRON: "mlp ffn feedforward mlpblock feedforwardnetwork",
    PLACES: (
        "positional positionalencoding positionalembedding posembed posencoding posembedding "
        "positionembedding positionencoding posenc pe posemb"
    ),
    WINDOWS: "patchembed patchembedding patchify patches patch topatches",
    NO_STATE: (
        "lstm gru rnn bilstm bigru bidirectional lstmcell grucell rnncell convlstm convgru "
        "recurrent convlstm2d simplernn elman"
    ),
    NO_TOKENS: "embedding embed tokenembedding wordembedding tokens tokenizer onehot",
    NO_MEMBER: "clstoken classtoken cls",
    NO_CAPSULES: (
        "capsule capsules caps primarycaps primarycapsules digitcaps digitcapsules squash routing "
        "dynamicrouting capsulelayer capsnet primarycapsule emrouting"
    ),
    NO_GRAPHS: "gcn gcnconv graphconv gat gatconv gnn sageconv messagepassing edgeconv",
    NO_SCAN: "mamba ssm s4 selectivescan",
    NO_UNPOOLING: ("maxunpool maxunpool2d unpooling maxunpooling unpool2d"),
    NO_REGIONS: (
        "roialign roipool nms deformconv deformconv2d deformableconv dcn dcnv2 dcnv3 anchors "
        "anchor rpn proposals"
    ),
    NO_TRAINING: "loss crossentropy optimizer adam sgd",
}
ABSENT = {word: why for why, words in REASONS.items() for word in words.split()}
"""Layers that are not here, in small letters alone, and why."""

STANDS_FOR = (
    NO_STATE,
    NO_TOKENS,
    NO_UNPOOLING,
    NO_REGIONS,
    NO_CAPSULES,
    NO_GRAPHS,
    NO_SCAN,
    NO_HEADS,
)
"""Of these, what `opaque` may stand for."""

DENSE = "linear"


def reason(word: str) -> str | None:
    """Why there is no such layer, and what stands for it; None for a word that is not known."""
    why = ABSENT.get(_plain(word))
    if why is None:
        return None
    told = f"{why}; `archc layers` lists what there is"
    if why in STANDS_FOR:
        told += f'\n`opaque "{word}" => SHAPE` stands for it, with the shape that comes out'
    return told


FRAMEWORKS = frozenset(("nn", "torch", "F", "tf", "keras", "layers", "torchvision", "timm", "ops"))
MEMBER = re.compile(r"(?:\.\w+)*?\.([A-Za-z_]\w*)(\([^()\n]*\))?(?![\w.(])", re.ASCII)


def of_a_framework(span: Span) -> tuple[str, tuple[Proposal, ...]] | None:
    """`nn.MultiheadAttention(64, 8)`: why there is no such layer here, and what stands for it."""
    found = MEMBER.match(span.source.text, span.end) if span.text in FRAMEWORKS else None
    if found is None:
        return None
    name = f"{span.text}{found[0].partition('(')[0]}"
    call = Span(span.source, span.start, found.end())
    word = re.sub(r"_?[123]d\Z", "", found[1].lower())
    own = word if word in KINDS else foreign(word)
    why = f"`{name}` has no counterpart here: `archc layers` lists what there is"
    if own is not None:
        why = f"`{own}` is its counterpart here: `archc explain {own}` tells how it is written"
    why = reason(found[1]) or why
    if ABSENT.get(_plain(found[1])) != NO_HEADS:
        return why, ()
    given = re.findall(r"(?:(\w+)\s*=\s*)?(\w+)", found[2] or "", re.ASCII)
    return why, tuple(made(call, given))


def made_of(action: tree.Apply) -> Iterator[Proposal]:
    """What stands for a layer that is not here, in the layers there are."""
    assert isinstance(action.callee, tree.Name)
    word = action.callee.id
    why = ABSENT.get(_plain(word))
    if why == PLACES:
        line = "shift shape=[in.channels, in.height, in.width]"
        yield Proposal(f"{PLACES}: write `{line}`", Cure((Edit(action.span, line),)))
        yield Proposal(
            f"{PLACES}: write `shift shape=in.shape`",
            Cure((Edit(action.span, "shift shape=in.shape"),)),
        )
    elif why == WINDOWS:
        yield from _patches(action)
    elif why == NO_HEADS:
        yield from attention(action)
    elif why == NO_TOKENS:
        yield from embedded(action, word)
    elif why == SMALLER and len(action.arguments) <= 1:
        yield from _smaller(action)
    elif why == PERCEPTRON and len(action.arguments) <= 1:
        yield from _perceptrons(action)


def _smaller(action: tree.Apply) -> Iterator[Proposal]:
    """`downsample 2`, `downsample 2x2`: by a pool, as it has no width."""
    size = action.arguments[0].value.span.text if action.arguments else "2"
    for window in (f"{size}x{size}", size) if size.isdigit() else (size,):
        line = f"maxpool {window}"
        others = f"a mean is `avgpool {window}`, and a convolution has `stride={size}`"
        yield Proposal(f"write `{line}`; {others}", Cure((Edit(action.span, line),)))


def _perceptrons(action: tree.Apply) -> Iterator[Proposal]:
    """`mlp 4`, `ffn 256`: a factor or a width of the layer between."""
    number = action.arguments[0].value if action.arguments else None
    if number is not None and not isinstance(number, tree.Number):
        return
    wide = number is not None and number.value > 16
    width = number.text if number and wide else f"{number.text if number else 4}*c"
    lines = perceptron(width, " 1x1"), perceptron(width, "").replace("conv", DENSE)
    for line in lines[::-1] if _flat(action.span) else lines:
        yield Proposal(f"write `{line}`", Cure((Edit(action.span, line),)))


def _flat(span: Span) -> bool:
    """Whether the text above says that no map is left."""
    above = span.source.text[: span.start]
    begin = max(above.rfind("network"), above.rfind("block"), 0)
    return re.search(rf"\b(?:flatten|{DENSE})\b", above[begin:]) is not None


def _patches(action: tree.Apply) -> Iterator[Proposal]:
    """`patch_embed 16 768` and `PatchEmbed(768, patch=16)`: the larger number is the width."""
    numbers = [one.value for one in action.arguments if isinstance(one.value, tree.Number)]
    sizes = sorted((int(one.value), one.text) for one in numbers)
    if len(sizes) == 2 and len(action.arguments) == 2:
        patch, width = sizes[0][1], sizes[1][1]
        line = f"conv {width} {patch}x{patch} stride={patch}"
        yield Proposal(f"write `{line}`", Cure((Edit(action.span, line),)))


def perceptron(width: str, window: str) -> str:
    """Two layers at each place, the last as wide as what comes in."""
    return f"{{ let c = in.channels; conv {width}{window} -> gelu -> conv c{window} }}"


def _plain(word: str) -> str:
    return word.lower().replace("_", "")
