"""include/model_data.h: the flatbuffer and what an interpreter needs to run it."""

from __future__ import annotations

from typing import Any

from thrum.codegen.model_aot import counter, input_names
from thrum.codegen.operator_text import C_TYPES
from thrum.codegen.text import RELEASE, banner, join
from thrum.compiler import schema
from thrum.compiler.cpp_text import numbers
from thrum.compiler.graph import Graph, Tensor
from thrum.compiler.operators import definition
from thrum.compiler.operators.fully_connected import per_channel_layers


def data_header(
    tflite: bytes,
    graph: Graph,
    arena: dict[str, Any],
    model_hash: str,
    namespace: str = "model",
    origin: str = RELEASE,
) -> str:
    """Text of include/model_data.h; arena is that of model.json."""
    lines = banner("The network for TensorFlow Lite Micro's interpreter.", model_hash, origin)
    lines += [
        "#include <stddef.h>",
        "#include <stdint.h>",
        "",
        "namespace thrum {",
        f"namespace {namespace} {{",
        "",
        f"constexpr uint32_t kSchemaVersion = {schema.VERSION};",
        *_arena(arena),
        "",
        *(
            line
            for name, tensor in zip(input_names(graph, "Input"), graph.inputs, strict=True)
            for line in _quantization(name, graph.tensors[tensor])
        ),
        *_quantization("Output", graph.tensors[graph.outputs[0]]),
        "",
        *_operators(graph),
        "",
        *_flatbuffer(tflite),
        "",
    ]
    return join([*lines, f"}}  // namespace {namespace}", "}  // namespace thrum"])


def _arena(arena: dict[str, Any]) -> list[str]:
    if arena["measured"]:
        why = [
            f"// Measured: {arena['minimum']} B suffice on a 64-bit host, which bounds 32-bit",
            "// boards; an eighth more for other kernels, rounded up to 16.",
        ]
    else:
        why = [
            "// Not measured: a conservative bound (thrum/training/arena.py), because the",
            "// reference interpreter does not exist for the computer that made this model.",
        ]
    return [*why, f"constexpr size_t kTensorArenaSize = {arena['nbytes']};"]


def _quantization(side: str, tensor: Tensor) -> list[str]:
    size = f"constexpr {counter(tensor.size)} k{side}Size = {tensor.size};"
    if tensor.type == "float32" or not tensor.scale:
        return [f"{size}  // {tensor.type}"]
    return [
        size,
        f"constexpr float k{side}Scale = {tensor.scale[0]!r}f;",
        f"constexpr {C_TYPES[tensor.type]} k{side}ZeroPoint = {tensor.zero_point[0]};",
    ]


def _operators(graph: Graph) -> list[str]:
    """Resolver calls for exactly the operators of the model."""
    used = {
        op.code: definition(graph.where(index), op.code) for index, op in enumerate(graph.operators)
    }
    codes = sorted(used)
    calls = " &&\n         ".join(f"resolver.{used[code].add_call}() == 0" for code in codes)
    per_channel = bool(per_channel_layers(graph))
    return [
        "// Some Arduino ports of the interpreter get per-channel dense layers wrong, silently.",
        f"constexpr bool kDenseIsPerChannel = {str(per_channel).lower()};",
        f"constexpr uint8_t kOperatorCount = {len(codes)};  // {', '.join(codes)}",
        "// Adds these operators and no others; false if the resolver is too small.",
        "template <typename Resolver>",
        "inline bool AddOperators(Resolver& resolver) {",
        f"  return {calls};",
        "}",
    ]


def _flatbuffer(tflite: bytes) -> list[str]:
    return [
        "alignas(16) constexpr uint8_t kModelData[] = {",
        *numbers(tflite, "    "),
        "};",
        f"constexpr size_t kModelDataSize = {len(tflite)};",
    ]
