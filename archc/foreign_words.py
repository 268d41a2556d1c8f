"""What other programs call what the objects of the interface have, as tables.

Imported on the way to a message alone.
"""

from __future__ import annotations

from collections.abc import Mapping

PARAMS = ("parameters", "num_params", "n_params", "count_params", "param_count", "params_count")
MACS = ("mult_adds", "total_mult_adds", "multiply_adds", "total_macs", "mac_count", "madds")
NETWORK = {
    **dict.fromkeys((*PARAMS, "num_parameters", "total_params", "size", "nparams"), "params"),
    **dict.fromkeys(("weights", "total_parameters", "number_of_parameters"), "params"),
    **dict.fromkeys(("trainable_params", "trainable_parameters"), "trainable"),
    **dict.fromkeys((*MACS, "multadds"), "macs"),
    **dict.fromkeys(("gmacs", "mmacs"), "macs / 1e9"),
    **dict.fromkeys(("gflops", "mflops"), "flops / 1e9"),
    **dict.fromkeys(("total_flops", "num_flops", "flop_count"), "flops"),
    **dict.fromkeys(("nodes", "modules", "children", "named_modules", "blocks"), "layers"),
    **dict.fromkeys(("input_shape", "input_size", "in_shape", "input_dim"), "input"),
    **dict.fromkeys(("shape", "output_shape", "out_shape", "output_size"), "output"),
    **dict.fromkeys(("activations", "num_activations"), "totals.activations"),
    **dict.fromkeys(("depth", "num_layers", "n_layers"), "totals.depth"),
    **dict.fromkeys(("peak", "peak_memory", "max_memory"), "memory.peak"),
    **dict.fromkeys(("mem", "memory_usage"), "memory"),
    **dict.fromkeys(("size_mb", "model_size", "size_in_bytes", "nbytes"), "memory.weights"),
    **dict.fromkeys(("param_size", "total_param_bytes"), "memory.weights"),
    **dict.fromkeys(("rf", "field", "receptive"), "receptive_field"),
    **dict.fromkeys(("to_dict", "dict", "to_json", "json", "dump", "dumps"), "as_dict()"),
    **dict.fromkeys(("claims", "expects", "expected"), "expectations"),
    **dict.fromkeys(("input_sizes", "accepted"), "sizes"),
    **dict.fromkeys(("edges", "to_graph", "networkx"), "to_networkx()"),
}
LAYER = {
    **dict.fromkeys((*PARAMS, "weights", "num_parameters", "total_params", "nparams"), "params"),
    **dict.fromkeys(MACS, "macs"),
    **dict.fromkeys(("output_shape", "out_shape", "output_size", "output", "size"), "shape"),
    **dict.fromkeys(("name", "full_name", "module_path", "qualified_name", "key"), "path"),
    **dict.fromkeys(("type", "layer_type", "op", "cls", "class_name", "layer", "op_type"), "kind"),
    **dict.fromkeys(("parents", "inbound", "sources", "input_layers", "previous"), "inputs"),
    **dict.fromkeys(("arguments", "kwargs", "attrs", "config", "hyperparameters"), "args"),
    **dict.fromkeys(("rf", "field", "receptive"), "receptive_field"),
    **dict.fromkeys(("latency", "time", "seconds"), "bound"),
    **dict.fromkeys(("memory", "output_bytes", "activation_bytes"), "facts.output_bytes"),
    **dict.fromkeys(("weight_bytes", "size_bytes"), "facts.weight_bytes"),
    **dict.fromkeys(("lineno", "line_number", "row"), "line"),
    **dict.fromkeys(("out_channels", "channels", "filters", "out_features"), "shape[0]"),
    **dict.fromkeys(("kernel_size", "window"), "args['kernel']"),
    **dict.fromkeys(("strides",), "args['stride']"),
    **dict.fromkeys(("padding",), "args['pad']"),
}
FILE = {
    **dict.fromkeys(("source", "spec", "content", "code", "read", "to_string"), "text"),
    **dict.fromkeys(("to_spec", "to_arch", "to_text"), "text"),
    **dict.fromkeys(("path", "filename", "file"), "name"),
    **dict.fromkeys(("messages", "findings", "issues", "problems"), "diagnostics"),
    **dict.fromkeys(("valid", "is_valid", "success", "clean"), "ok"),
    **dict.fromkeys(("check", "validate", "raise_for_status"), "raise_for_errors()"),
    **dict.fromkeys(("to_dict", "dict", "to_json", "json", "dump"), "as_dict()"),
    **dict.fromkeys(("models", "nets", "models_list"), "networks"),
    **dict.fromkeys(("model", "net"), "network"),
}
TABLES: Mapping[str, Mapping[str, str]] = {"Network": NETWORK, "Layer": LAYER, "File": FILE}
"""What other programs call what an object has, by its class."""

RECORDS = {
    "Memory": {
        **dict.fromkeys(("params", "parameters", "weight"), "weights"),
        **dict.fromkeys(("max", "maximum", "peak_memory", "total"), "peak"),
        **dict.fromkeys(("saved", "training", "backward"), "saved_for_backward"),
    },
    "TrainingStep": dict.fromkeys(("total", "memory", "max"), "peak"),
    "Field": {
        **dict.fromkeys(("pixels", "width", "height", "extent"), "size"),
        **dict.fromkeys(("jump", "step"), "stride"),
    },
    "Roofline": dict.fromkeys(("time", "latency", "total", "ms", "runtime"), "seconds"),
    "Bound": dict.fromkeys(("time", "latency", "ms"), "seconds"),
    "Diagnostic": {
        **dict.fromkeys(("msg", "text", "description"), "message"),
        **dict.fromkeys(("line", "lineno", "line_number", "row"), "span.line"),
        **dict.fromkeys(("column", "col"), "span.source.position(one.span.start)[1]"),
        **dict.fromkeys(("file", "filename", "path"), "span.source.name"),
        **dict.fromkeys(("fix", "suggestion", "hint", "note"), "help"),
        **dict.fromkeys(("level", "type", "kind"), "severity"),
        **dict.fromkeys(("rule", "name", "id"), "code"),
    },
    "Verdict": {
        **dict.fromkeys(("passed", "ok", "success", "met", "holds_", "result"), "holds"),
        **dict.fromkeys(("value", "got", "measured"), "actual"),
        **dict.fromkeys(("claim", "name", "expression", "expected"), "text"),
        **dict.fromkeys(("reason", "message"), "why"),
    },
    "Span": {
        **dict.fromkeys(("column", "col"), "source.position(span.start)[1]"),
        **dict.fromkeys(("lineno", "row"), "line"),
    },
    "Accepted": dict.fromkeys(("min", "max", "range", "smallest"), "along"),
}
"""The same of the records that objects hold."""
