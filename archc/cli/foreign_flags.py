"""Flags of other programs, as tables: what they are here, and what archc does not do.

Imported on the way to a message alone.
"""

from __future__ import annotations

LEVELS = ("fail-on", "fail-level", "fail-severity")
"""Flags of other programs that are given how severe a finding is; here `--strict` has no value."""

FOREIGN = {
    **dict.fromkeys(("batch-size", "batchsize", "bs", "n", "b", "images"), "batch"),
    **dict.fromkeys(("input-size", "input-shape", "input-dims", "shape", "size"), "input"),
    **dict.fromkeys(("image-size", "img-size", "imgsz", "resolution", "i"), "input"),
    **dict.fromkeys(("param", "params", "define", "kwargs", "arg", "D", "p"), "set"),
    **dict.fromkeys(("precision", "type", "data-type", "half", "fp16", "float16"), "dtype"),
    **dict.fromkeys(("bf16", "bfloat16", "amp", "fp32", "double", "fp64"), "dtype"),
    **dict.fromkeys(("int8", "quantize", "quantized"), "dtype"),
    **dict.fromkeys(("gpu", "gpus", "cuda", "hardware", "accelerator"), "device"),
    **dict.fromkeys(("colour", "no-color", "no-colour", "nocolor"), "color"),
    **dict.fromkeys(("silent", "summary-only", "no-table", "s"), "quiet"),
    **dict.fromkeys(("werror", "warnings-as-errors", "fail-on-warnings", "error"), "strict"),
    **dict.fromkeys(("fail-on-warning", "fail-on-warn", "error-on-warnings", "pedantic"), "strict"),
    **dict.fromkeys(("fail", "fail-on", "fail-level", "fail-severity"), "strict"),
    **dict.fromkeys(("error-on-warning", "deny-warnings", "warn-as-error", "deny"), "strict"),
    **dict.fromkeys(("treat-warnings-as-errors", "max-warnings", "warn-error"), "strict"),
    **dict.fromkeys(("warn-only", "no-fail", "soft-fail", "allow-failure"), "exit-zero"),
    **dict.fromkeys(("ignore-errors", "continue-on-error", "never-fail", "exit-0"), "exit-zero"),
    **dict.fromkeys(("ci", "annotations", "github-actions", "gha"), "format"),
    **dict.fromkeys(("autofix", "apply", "auto-fix", "in-place", "inplace", "write"), "fix"),
    **dict.fromkeys(("unsafe-fixes", "fix-all"), "fix"),
    **dict.fromkeys(("disable", "skip", "suppress", "extend-ignore"), "ignore"),
    **dict.fromkeys(("enable", "only", "rule", "rules", "extend-select"), "select"),
    **dict.fromkeys(("max-depth", "level", "levels"), "depth"),
    **dict.fromkeys(("optim", "opt"), "optimizer"),
    **dict.fromkeys(("vram", "memory", "gpu-memory", "max-batch"), "fits"),
    **dict.fromkeys(("dry-run", "show-diff", "preview"), "diff"),
    **dict.fromkeys(("overwrite", "yes", "y", "f"), "force"),
    **dict.fromkeys(("rankdir", "orientation", "layout", "horizontal", "vertical"), "direction"),
    **dict.fromkeys(("outfile", "output-file", "file", "save", "to", "out"), "output"),
    **dict.fromkeys(("output-dir", "out-dir", "outdir", "save-dir"), "output"),
    **dict.fromkeys(("output-format", "fmt"), "format"),
    **dict.fromkeys(("tips", "advice", "suggest", "hints"), "advise"),
    **dict.fromkeys(("finetune", "fine-tune", "trainable", "unfreeze"), "train"),
    **dict.fromkeys(("all", "full", "unfold", "verbose", "v"), "expand"),
    **dict.fromkeys(("no-fold", "unroll", "flat", "no-collapse"), "expand"),
}
"""What other programs call a flag."""

FIXED = {
    **dict.fromkeys(("ci", "annotations", "github-actions", "gha"), "github"),
    **dict.fromkeys(("no-color", "no-colour", "nocolor"), "never"),
    **dict.fromkeys(("half", "fp16", "float16"), "float16"),
    **dict.fromkeys(("bf16", "bfloat16"), "bfloat16"),
    **dict.fromkeys(("double", "fp64"), "float64"),
    **dict.fromkeys(("int8", "quantize", "quantized"), "int8"),
    "amp": "mixed",
    "fp32": "float32",
    "horizontal": "LR",
    "vertical": "TB",
}
"""What a foreign switch says of the flag that it stands for."""

PICTURES = {**dict.fromkeys(("size", "figsize", "scale", "w"), "width"), "resolution": "dpi"}
"""What others call a flag of pictures, and networks have as another."""

TYPICAL = {
    "select": "skipped-pixels",
    "ignore": "skipped-pixels",
    "exclude": "drafts",
    "baseline": "before.json",
    "device": "a100-40gb",
    "batch": "8",
    "depth": "2",
    "columns": "2",
    "dpi": "300",
    "fits": "24GB",
    "optimizer": "adam",
    "dtype": "float16",
    "format": "csv",
    "width": "84mm",
    "expand": "all",
    "at": "0,0",
}
"""A value that a flag may have, where it was typed without one."""

SHOWN = {
    *("shape", "shapes", "output-shape", "output-shapes", "params", "parameters", "macs", "flops"),
    *("memory", "mem", "peak", "receptive-field", "rf", "layer", "per-layer", "by-layer", "totals"),
    *("activations", "mult-adds", "figures", "col-names", "row-settings", "sizes", "size"),
    *("num-params", "total-params", "model-size", "n-params", "param-count", "count", "total"),
    *("metric", "metrics", "stat", "stats"),
    *("flop-count", "depth-count", "output-size", "input-size", "kernel-size", "trainable"),
}
"""What the table of `archc check` shows anyway; also as `--show-memory`, `--print-params`."""

_CODE = "its code is the same for every type and device"
_NAMED = "the class is called as the network is"
_UNITS = "its units are powers of ten, and --format json has bytes"
_PYTORCH = "it writes PyTorch"
_ITSELF = "it does this by itself"
_CONFIG = "it reads `archc.toml`, or `[tool.archc]` of `pyproject.toml`, the nearest upward"
_HOOK = "the hook of `.pre-commit-hooks.yaml` hands it the files that are staged"
_INFERENCE = "all its figures are those of inference"
NEEDLESS = {
    "fmt": {
        **dict.fromkeys(("write", "in-place", "inplace", "i", "w"), "it writes the file itself"),
        **dict.fromkeys(("fix", "apply"), "it writes the file itself"),
        **dict.fromkeys(("line-length", "indent", "config"), "there is one way to lay a spec out"),
    },
    "report": {
        **dict.fromkeys(("html", "format", "f", "type"), "it writes HTML"),
        "open": "it writes a page, for a browser to open",
    },
    "build": {
        **dict.fromkeys(("pytorch", "torch", "py", "python", "framework", "backend"), _PYTORCH),
        **dict.fromkeys(("target", "lang", "language", "format"), _PYTORCH),
        **dict.fromkeys(("keras", "tensorflow", "tf", "jax", "flax"), f"{_PYTORCH} alone"),
        **dict.fromkeys(("dtype", "half", "fp16", "bf16", "precision", "type"), _CODE),
        **dict.fromkeys(("device", "gpu", "cuda", "cpu"), _CODE),
        **dict.fromkeys(("class-name", "classname", "module-name"), _NAMED),
    },
    "check": {
        **dict.fromkeys(("check", "validate", "lint", "table", "summary", "stats"), _ITSELF),
        **dict.fromkeys(("recursive", "r", "R"), "a folder is searched with all that are in it"),
        **dict.fromkeys(("config", "config-file", "rcfile", "settings"), _CONFIG),
        **dict.fromkeys(("fail-fast", "x", "exitfirst", "keep-going"), "all mistakes are told"),
        **dict.fromkeys(("log-level", "loglevel", "debug", "log", "progress"), "it writes no log"),
        **dict.fromkeys(("staged", "changed", "all-files", "changed-only"), _HOOK),
        **dict.fromkeys(("eval", "inference", "test", "no-grad"), _INFERENCE),
        **dict.fromkeys(("memory-unit", "memory-units", "unit", "units"), _UNITS),
    },
    "compare": {
        **dict.fromkeys(("side-by-side", "params", "macs", "flops", "memory", "table"), _ITSELF),
        **dict.fromkeys(("against", "with", "other", "reference", "vs"), "all stand in a row"),
    },
    "diagram": {
        "dot": "it writes DOT where no -o says otherwise",
        **dict.fromkeys(("title", "name", "caption"), "the network's name is its title"),
        **dict.fromkeys(("show", "view", "open", "display"), "a picture is a file"),
        **dict.fromkeys(("save", "write"), "-o names the file"),
        **dict.fromkeys(("show-shapes", "shapes", "layer-names"), "a box has its shape and name"),
    },
    "list": dict.fromkeys(("all", "a", "full"), "it names them all"),
}
"""Flags of other programs for what a verb does anyway."""

NETWORK = ("network", "networks", "net", "model", "name", "class", "n", "m", "arch")
"""What others name a network by."""

RANGES = (
    "max",
    "limit",
    "up-to",
    "largest",
    "step",
    "multiple",
    "min",
    "from",
    "to",
    "range",
    "smallest",
    "min-size",
    "max-size",
    "height",
    "h",
    "w",
)
"""What others ask sizes by."""

PRODUCTS = {
    "html": ("report", "HTML", "html"),
    **{one: ("diagram", "pictures", one) for one in ("svg", "png", "pdf", "dot", "drawio")},
    **dict.fromkeys(("mermaid", "mmd"), ("diagram", "pictures", "mmd")),
    **dict.fromkeys(("tikz", "tex"), ("diagram", "pictures", "tex")),
    **dict.fromkeys(("graph", "picture", "plot", "draw"), ("diagram", "pictures", "svg")),
    **dict.fromkeys(("py", "python", "pytorch", "torch", "code"), ("build", "PyTorch", "py")),
}
"""What is made by a verb of its own: the verb, what it makes, the suffix."""

BUDGETS = {
    "param": "params",
    "mac": "macs",
    "mult": "macs",
    "flop": "flops",
    "weight": "weights",
    "size": "weights",
    "mem": "memory",
    "ram": "memory",
    "peak": "memory",
}
"""What a limit is about, by a piece of its name."""

LIMITS = ("limit", "threshold", "budget", "max", "at-most", "cap", "fail-over", "fail-above")
"""What others call a limit, of whatever figure."""

REVISIONS = ("since", "ref", "base", "rev", "revision", "commit", "previous", "branch", "base-ref")
"""What others name an earlier state by."""

LAYERS = ("layer", "module", "block", "path", "node", "at", "line", "only-layer")
"""What others name a layer by."""

EXPORTS = ("export", "onnx", "to-onnx", "save-as", "convert", "convert-to", "torchscript")
"""What others name another form of a network by."""

_RUN = "archc runs nothing, and holds no limit of time; `--device` tells the least time it takes"
_HERE = "archc runs nothing, on no device"
_RANDOM = "nothing in archc is random: the same spec has the same figures"
_WEIGHTS = "archc reads no weights: all figures follow from the spec"
_TRAIN = "archc trains nothing; `--optimizer` tells what a step of training takes"
_QUICK = "archc works in one process, without a cache"
_COLUMNS = "the table is as it is; `--format csv` has its columns, to sort and to choose from"
_WARNINGS = "warnings fail nothing unless --strict is given, and `--ignore CODES` leaves some out"
_ONCE = "archc runs once"
UNDONE = {
    **dict.fromkeys(("max-latency", "latency", "max-time", "time", "timing"), (_RUN, "device")),
    **dict.fromkeys(("throughput", "fps", "benchmark", "speed", "runtime"), (_RUN, "device")),
    **dict.fromkeys(("cpu", "no-cuda", "no-gpu", "cpu-only"), (_HERE, "")),
    **dict.fromkeys(("training", "train-mode", "backward"), (_TRAIN, "optimizer")),
    **dict.fromkeys(
        ("no-warnings", "no-warn", "exclude-warnings", "only-errors", "errors-only"),
        (_WARNINGS, ""),
    ),
    **dict.fromkeys(("seed", "random-seed", "manual-seed", "deterministic"), (_RANDOM, "")),
    **dict.fromkeys(("weights", "pretrained", "checkpoint", "ckpt", "state-dict"), (_WEIGHTS, "")),
    **dict.fromkeys(("load", "resume", "no-weights", "random-weights"), (_WEIGHTS, "")),
    **dict.fromkeys(("epochs", "epoch", "lr", "learning-rate", "loss"), (_TRAIN, "optimizer")),
    **dict.fromkeys(("data", "dataset", "iterations", "steps"), (_TRAIN, "optimizer")),
    **dict.fromkeys(("jobs", "j", "workers", "num-workers", "threads"), (_QUICK, "")),
    **dict.fromkeys(("cache", "no-cache", "cache-dir", "parallel"), (_QUICK, "")),
    **dict.fromkeys(("sort", "sort-by", "col-width", "top", "filter"), (_COLUMNS, "format")),
    **dict.fromkeys(("columns", "cols", "group-by", "unit", "units"), (_COLUMNS, "format")),
    **dict.fromkeys(("watch", "interactive", "loop"), (_ONCE, "")),
}
"""What archc does not do: why, and the flag of `archc check` that answers something of it."""
