"""One operator of the generated header: its constants and the function that runs its kernel."""

from __future__ import annotations

from thrum.codegen.packed_layer import packed_layer
from thrum.compiler.cortex_m4 import is_packed
from thrum.compiler.cost import fallback
from thrum.compiler.cpp_text import numbers
from thrum.compiler.graph import Graph
from thrum.compiler.kernel import Alias, Kernel
from thrum.compiler.lowering import MOST_VALUES_AVR, Step, largest_tensor

_NAMES = {"cortex-m4": "Cortex-M4", "avr": "AVR"}
C_TYPES = {"int8": "int8_t", "int16": "int16_t", "int32": "int32_t", "float32": "float"}


def pointer(graph: Graph, tensor: int) -> str:
    """C++ type of a tensor's values."""
    return f"{C_TYPES[graph.tensors[tensor].type]}*"


def operator_text(graph: Graph, step: Step) -> list[str]:
    """Comment, layer, constants and function; only a comment where nothing runs."""
    title = f"// {graph.where(step.index)}: {step.kernel.describe()}"
    if isinstance(step.kernel, Alias):
        return _copy(graph, step, title)
    kernel = "Kernel{0}" if is_packed(step.kernel) else "{1}<Layer{0}>"
    kernel = kernel.format(step.index, step.kernel.template)
    arguments = [f"input{i}" if len(step.inputs) > 1 else "input" for i in range(len(step.inputs))]
    parameters = "".join(
        f"{_const(graph, tensor)}{pointer(graph, tensor)} {name}, "
        for tensor, name in zip(step.inputs, arguments, strict=True)
    )
    return [
        title,
        *_told(graph, step),
        *_layer(step, step.kernel),
        *_constants(step),
        f"inline void Operator{step.index}({parameters}{pointer(graph, step.output)} output) {{",
        *_copies(step),
        f"  {kernel}::Run(kPacked{step.index}, {_passed(step, arguments)}, output);",
        "}",
        "",
    ]


def _const(graph: Graph, tensor: int) -> str:
    """A kernel changes variables."""
    return "" if graph.tensors[tensor].variable else "const "


def _layer(step: Step, kernel: Kernel) -> list[str]:
    """The layer's integers, and what of them lies in flash."""
    kind, initializer = kernel.emit()
    name = f"{kernel.template}<Layer{step.index}>"
    layer = [
        f"struct Layer{step.index} {{",
        f"  static constexpr {kind} Get() {{",
        "    return {",
        *initializer,
        "    };",
        "  }",
        "};",
    ]
    if not is_packed(kernel):
        packed = f"constexpr {name}::Packed kPacked{step.index} THRUM_FLASH = {name}::Pack();"
        return [*layer, packed]
    alias = f"Kernel{step.index}"
    layer += [
        f"using {alias} = {name};",
        f"constexpr {alias}::Packed kPacked{step.index} THRUM_FLASH = {alias}::Pack();",
    ]
    packed_lines = packed_layer(step.index, kernel)
    if not packed_lines:
        return layer
    return ["#if THRUM_KERNELS_CORTEX_M4", *packed_lines, "#else", *layer, "#endif"]


def _constants(step: Step) -> list[str]:
    """Constant operands in flash."""
    lines = []
    for place, values in step.constants:
        name = f"kOperand{step.index}_{place}[{len(values)}]"
        lines += [f"constexpr int8_t {name} THRUM_FLASH = {{", *numbers(values, "    "), "};"]
    return lines


def _copies(step: Step) -> list[str]:
    """Constant operands on the stack, because an AVR's flash is another memory."""
    return [
        line
        for place, values in step.constants
        for line in (
            f"  int8_t constant{place}[{len(values)}];",
            f"  for (Count i = 0; i < {len(values)}; ++i) {{",
            f"    constant{place}[i] = FlashRead(&kOperand{step.index}_{place}[i]);",
            "  }",
        )
    ]


def _passed(step: Step, arguments: list[str]) -> str:
    """Arguments of Run before the output."""
    passed = list(arguments)
    for place, _ in step.constants:
        passed.insert(place, f"constant{place}")
    listed = isinstance(step.kernel, Kernel) and step.kernel.listed_inputs
    return "{" + ", ".join(passed) + "}" if listed else ", ".join(passed)


def _told(graph: Graph, step: Step) -> list[str]:
    """A note in every build in which an operator is slower than its kind is."""
    where = graph.where(step.index)
    targets = ["cortex-m4"]
    if largest_tensor(graph) <= MOST_VALUES_AVR:
        targets.append("avr")
    lines = []
    for target in targets:
        if reason := fallback(step.kernel, target):
            lines += [
                f"// Portable loops on {_NAMES[target]}: {reason}.",
                f"#if THRUM_KERNELS_{target.upper().replace('-', '_')}",
                f'#pragma message("{where}: portable loops, {reason}")',
                "#endif",
            ]
    return lines


def _copy(graph: Graph, step: Step, title: str) -> list[str]:
    if step.output not in graph.outputs:
        return [title, ""]
    kind = pointer(graph, step.output)
    return [
        title,
        f"inline void Operator{step.index}(const {kind} input, {kind} output) {{",
        f"  for (Count i = 0; i < {graph.tensors[step.output].size}; ++i) {{",
        "    output[i] = input[i];",
        "  }",
        "}",
        "",
    ]
