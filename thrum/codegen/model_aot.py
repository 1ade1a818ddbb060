"""include/model_aot.h: the network as straight-line calls of the kernels in lib/vibration."""

from __future__ import annotations

from collections.abc import Sequence

from thrum.codegen.text import RELEASE, banner, join
from thrum.compiler.cost import fallback
from thrum.compiler.cpp_text import numbers
from thrum.compiler.graph import Graph
from thrum.compiler.kernel import Alias, Kernel
from thrum.compiler.lowering import MOST_VALUES_AVR, Step, largest_tensor, lower
from thrum.compiler.memory_plan import Plan, plan

STACK_LIMIT = 256  # bytes of activations that may live on the stack
_C_TYPES = {"int8": "int8_t", "float32": "float"}


def engine_header(
    graph: Graph, model_hash: str, namespace: str = "aot", origin: str = RELEASE
) -> str:
    """Text of include/model_aot.h, or of another network's in a namespace of its own."""
    steps = lower(graph)
    places = plan(graph, steps)
    purpose = "The network, compiled ahead of time; its kernels: thrum/nn/kernels.h."
    lines = banner(purpose, model_hash, origin)
    lines += [
        "#include <stddef.h>",
        "#include <stdint.h>",
        "",
        '#include "thrum/nn/kernels.h"',
        *_kernel_headers(steps),
        '#include "thrum/core/status.h"',
        "",
        "namespace thrum {",
        f"namespace {namespace} {{",
        "",
    ]
    lines += _facts(graph, steps, places)
    for step in steps:
        lines += _operator(graph, step)
    lines += _run(graph, steps, places)
    lines += _engine(graph, steps)
    return join([*lines, f"}}  // namespace {namespace}", "}  // namespace thrum"])


def _kernel_headers(steps: Sequence[Step]) -> list[str]:
    """Each thing that the network uses, once."""
    stems = {step.kernel.header for step in steps if isinstance(step.kernel, Kernel)}
    return [f'#include "thrum/nn/{stem}.h"' for stem in sorted(stems)]


def _pointer(graph: Graph, tensor: int) -> str:
    return f"{_C_TYPES[graph.tensors[tensor].type]}*"


def _facts(graph: Graph, steps: Sequence[Step], places: Plan) -> list[str]:
    layers = sum(graph.tensors[step.output].nbytes for step in steps)
    sizes = [graph.tensors[ends[0]].size for ends in (graph.inputs, graph.outputs)]
    return [
        f"constexpr {counter(sizes[0])} kInputSize = {sizes[0]};",
        f"constexpr {counter(sizes[1])} kOutputSize = {sizes[1]};",
        f"constexpr {_index(steps)} kOperators = {len(steps)};",
        f"constexpr uint32_t kLayerBytes = {layers};  // outputs of all operators together",
        "",
        "// Activations, planned by liveness; input and output are the caller's:",
        *(f"//   {line}" for line in places.text()),
        f"constexpr size_t kArenaBytes = {places.nbytes};",
        *_limits(graph),
        "",
    ]


def _limits(graph: Graph) -> list[str]:
    """A model that is too large for 16-bit counts does not compile where counts have 16 bits."""
    largest = largest_tensor(graph)
    if largest <= MOST_VALUES_AVR:
        return []
    return [
        f'static_assert(sizeof(Count) > 2, "a tensor has {largest} values; this processor\'s "',
        f'              "kernels count to {MOST_VALUES_AVR}: take a 32-bit one, "',
        '              "or a smaller model");',
    ]


def counter(size: int) -> str:
    """C++ type that holds a number of values."""
    return "uint16_t" if size <= 0xFFFF else "uint32_t"


def _index(steps: Sequence[Step]) -> str:
    return "uint8_t" if len(steps) <= 0xFF else "uint16_t"


def _probed(graph: Graph, steps: Sequence[Step]) -> str:
    """C++ type of a probe's count."""
    return counter(max(graph.tensors[step.output].size for step in steps))


def _operator(graph: Graph, step: Step) -> list[str]:
    title = f"// {graph.where(step.index)}: {step.kernel.describe()}"
    if isinstance(step.kernel, Alias):
        return _copy(graph, step, title)
    kernel = f"{step.kernel.template}<Layer{step.index}>"
    kind, initializer = step.kernel.emit()
    arguments = [f"input{i}" if len(step.inputs) > 1 else "input" for i in range(len(step.inputs))]
    parameters = "".join(
        f"const {_pointer(graph, tensor)} {name}, "
        for tensor, name in zip(step.inputs, arguments, strict=True)
    )
    return [
        title,
        *_told(step.kernel, graph.where(step.index)),
        f"struct Layer{step.index} {{",
        f"  static constexpr {kind} Get() {{",
        "    return {",
        *initializer,
        "    };",
        "  }",
        "};",
        f"constexpr {kernel}::Packed kPacked{step.index} THRUM_FLASH = {kernel}::Pack();",
        *_constants(step),
        f"inline void Operator{step.index}({parameters}{_pointer(graph, step.output)} output) {{",
        *_copies(step),
        f"  {kernel}::Run(kPacked{step.index}, {_passed(step, arguments)}, output);",
        "}",
        "",
    ]


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


def _told(kernel: Kernel, where: str) -> list[str]:
    """A note in every build for Cortex-M4 that an operator is slower there than its kind is."""
    reason = fallback(kernel)
    if not reason:
        return []
    return [
        f"// Portable loops on Cortex-M4: {reason}.",
        "#if THRUM_KERNELS_CORTEX_M4",
        f'#pragma message("{where}: portable loops, {reason}")',
        "#endif",
    ]


def _copy(graph: Graph, step: Step, title: str) -> list[str]:
    if step.output not in graph.outputs:
        return [title, ""]
    pointer = _pointer(graph, step.output)
    return [
        title,
        f"inline void Operator{step.index}(const {pointer} input, {pointer} output) {{",
        f"  for (Count i = 0; i < {graph.tensors[step.output].size}; ++i) {{",
        "    output[i] = input[i];",
        "  }",
        "}",
        "",
    ]


def _run(graph: Graph, steps: Sequence[Step], places: Plan) -> list[str]:
    """Run, and RunProbed for tests that look at every layer."""
    memory, arena = _arena(places)
    calls = [line for step in steps for line in _call(graph, step, places)]
    return [
        *memory,
        "// probe(operator, values, count) sees the output of each operator when it is new.",
        "template <typename Probe>",
        f"inline void RunProbed(const {_pointer(graph, graph.inputs[0])} input, "
        f"{_pointer(graph, graph.outputs[0])} output, Probe&& probe) {{",
        *arena,
        *calls,
        "}",
        "",
    ]


def _arena(places: Plan) -> tuple[list[str], list[str]]:
    """The lines before RunProbed, and its first line.

    A large arena is static. It is weak, so that two sources may include it, and hidden: a static
    variable of an inline function would be one and the same for all shared libraries of a process.
    """
    if places.nbytes <= STACK_LIMIT:
        return [], ["  alignas(4) int8_t arena[kArenaBytes];"] if places.nbytes else []
    return [
        "// The activations. One for all sources that include this header; other models and other",
        "// shared libraries have their own. Not for two tasks at once.",
        'alignas(4) __attribute__((weak, visibility("hidden"))) int8_t arena[kArenaBytes];',
        "",
    ], []


def _call(graph: Graph, step: Step, places: Plan) -> list[str]:
    offsets = {slot.tensor: slot.offset for slot in places.slots}

    def place(tensor: int) -> str:
        tensor = places.roots.get(tensor, tensor)
        if tensor in graph.outputs:
            return "output"
        return "input" if tensor in graph.inputs else f"arena + {offsets[tensor]}"

    size = graph.tensors[step.output].size
    probe = f"  probe({step.index}, {place(step.output)}, {size});"
    if step.output in places.roots:
        return [probe]
    arguments = ", ".join(place(tensor) for tensor in (*step.inputs, step.output))
    return [f"  Operator{step.index}({arguments});", probe]


def _engine(graph: Graph, steps: Sequence[Step]) -> list[str]:
    types = sorted({_pointer(graph, step.output) for step in steps}, reverse=True)
    source, target = _pointer(graph, graph.inputs[0]), _pointer(graph, graph.outputs[0])
    return [
        "struct NoProbe {",
        *(
            f"  void operator()({_index(steps)}, const {kind}, {_probed(graph, steps)}) const {{}}"
            for kind in types
        ),
        "};",
        "",
        "// The same shape as the interpreter's engine; everything was checked beforehand.",
        "struct Engine {",
        '  static const char* Name() { return THRUM_TEXT("aot"); }',
        "",
        "  static Status Begin() { return Status::kOk; }",
        "",
        f"  static Status Run(const {source} features, {target} scores) {{",
        "    RunProbed(features, scores, NoProbe());",
        "    return Status::kOk;",
        "  }",
        "",
        "  static size_t ArenaUsed() { return kArenaBytes; }",
        "};",
        "",
    ]
