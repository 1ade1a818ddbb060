"""include/model_aot.h: the network as straight-line calls of the kernels in lib/vibration."""

from __future__ import annotations

from collections.abc import Sequence

from thrum.codegen.operator_text import C_TYPES, operator_text, pointer
from thrum.codegen.text import RELEASE, banner, join
from thrum.compiler.graph import Graph
from thrum.compiler.kernel import Kernel
from thrum.compiler.lowering import MOST_VALUES_AVR, Step, largest_tensor, lower
from thrum.compiler.memory_plan import Plan, plan

STACK_LIMIT = 256  # bytes of activations that may live on the stack


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
        *(["#include <string.h>"] if places.state_bytes else []),
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
        lines += operator_text(graph, step)
    lines += _run(graph, steps, places)
    lines += _engine(graph, steps, places)
    return join([*lines, f"}}  // namespace {namespace}", "}  // namespace thrum"])


def _kernel_headers(steps: Sequence[Step]) -> list[str]:
    """Each thing that the network uses, once."""
    stems = {step.kernel.header for step in steps if isinstance(step.kernel, Kernel)}
    return [f'#include "thrum/nn/{stem}.h"' for stem in sorted(stems)]


def _facts(graph: Graph, steps: Sequence[Step], places: Plan) -> list[str]:
    layers = sum(graph.tensors[step.output].nbytes for step in steps)
    ends = [*zip(input_names(graph, "kInput"), graph.inputs, strict=True)]
    ends.append(("kOutput", graph.outputs[0]))
    sizes = [(name, graph.tensors[tensor].size) for name, tensor in ends]
    return [
        *(f"constexpr {counter(size)} {name}Size = {size};" for name, size in sizes),
        f"constexpr {_index(steps)} kOperators = {len(steps)};",
        f"constexpr uint32_t kLayerBytes = {layers};  // outputs of all operators together",
        "",
        "// Activations, planned by liveness; input and output are the caller's:",
        *(f"//   {line}" for line in places.text()),
        f"constexpr size_t kArenaBytes = {places.nbytes};",
        *([f"constexpr size_t kStateBytes = {places.state_bytes};"] if places.state_bytes else []),
        *_limits(graph),
        "",
    ]


def input_names(graph: Graph, stem: str) -> list[str]:
    """The stem, or one with a number for each input where there are several."""
    count = len(graph.inputs)
    return [stem] if count == 1 else [f"{stem}{k}" for k in range(count)]


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


def _run(graph: Graph, steps: Sequence[Step], places: Plan) -> list[str]:
    """Run, and RunProbed for tests that look at every layer."""
    memory, arena = _arena(places)
    memory += _state(places)
    calls = [line for step in steps for line in _call(graph, step, places)]
    return [
        *memory,
        "// probe(operator, values, count) sees the output of each operator when it is new.",
        "template <typename Probe>",
        f"inline void RunProbed({_parameters(graph, 'input')}, "
        f"{pointer(graph, graph.outputs[0])} output, Probe&& probe) {{",
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


def _state(places: Plan) -> list[str]:
    """Memory of the variables, like a large arena."""
    if not places.state_bytes:
        return []
    return [
        "// What the network remembers from one run to the next; 0 before the first.",
        'alignas(4) __attribute__((weak, visibility("hidden"))) int8_t state[kStateBytes];',
        "",
    ]


def _parameters(graph: Graph, stem: str) -> str:
    """Pointers to the inputs."""
    named = zip(graph.inputs, input_names(graph, stem), strict=True)
    return ", ".join(f"const {pointer(graph, tensor)} {name}" for tensor, name in named)


def _call(graph: Graph, step: Step, places: Plan) -> list[str]:
    offsets = {slot.tensor: slot.offset for slot in places.slots}
    inputs = dict(zip(graph.inputs, input_names(graph, "input"), strict=True))

    def place(tensor: int) -> str:
        root = places.roots.get(tensor, tensor)
        if root in graph.outputs:
            return "output"
        if root in inputs:
            return inputs[root]
        if root in places.variables:
            return _typed(graph, root, f"state + {places.variables[root]}")
        return _typed(graph, root, f"arena + {offsets[root]}")

    size = graph.tensors[step.output].size
    probe = f"  probe({step.index}, {place(step.output)}, {size});"
    if step.output in places.roots:
        return [probe]
    arguments = ", ".join(place(tensor) for tensor in (*step.inputs, step.output))
    return [f"  Operator{step.index}({arguments});", probe]


def _typed(graph: Graph, tensor: int, address: str) -> str:
    """An address of bytes as one of the tensor's values; each place starts at a multiple of 4."""
    kind = graph.tensors[tensor].type
    return address if kind == "int8" else f"reinterpret_cast<{C_TYPES[kind]}*>({address})"


def _begin(places: Plan) -> list[str]:
    """Begin of the engine; it forgets what a network remembers."""
    if not places.state_bytes:
        return ["  static Status Begin() { return Status::kOk; }"]
    return [
        "  // Forgets all runs before.",
        "  static Status Begin() {",
        "    memset(state, 0, kStateBytes);",
        "    return Status::kOk;",
        "  }",
    ]


def _engine(graph: Graph, steps: Sequence[Step], places: Plan) -> list[str]:
    types = sorted({pointer(graph, step.output) for step in steps}, reverse=True)
    target = pointer(graph, graph.outputs[0])
    passed = ", ".join(input_names(graph, "features"))
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
        *_begin(places),
        "",
        f"  static Status Run({_parameters(graph, 'features')}, {target} scores) {{",
        f"    RunProbed({passed}, scores, NoProbe());",
        "    return Status::kOk;",
        "  }",
        "",
        "  static size_t ArenaUsed() { return kArenaBytes; }",
        "};",
        "",
    ]
