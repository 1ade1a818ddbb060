"""`thrum compile`."""

from __future__ import annotations

import argparse
from pathlib import Path

HELP = "compile any int8 .tflite file to C++"
DESCRIPTION = (
    "Writes a network as C++ that needs no interpreter: NAME.h (the engine), NAME_data.h (the file "
    "for TensorFlow Lite Micro), NAME_example.cpp, NAME_plan.txt and the library in thrum/. Every "
    "layer is compared with the reference kernels, on this computer and, where QEMU and the ARM "
    "compiler are installed, on a Cortex-M4. Works in any folder."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "file", type=Path, metavar="FILE", help=".tflite, or .keras with --calibrate"
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder that gets the files"
    )
    parser.add_argument(
        "--name", metavar="NAME", help="files and C++ namespace thrum::NAME (default: from FILE)"
    )
    parser.add_argument(
        "--target",
        choices=("cortex-m4", "avr", "portable"),
        default="cortex-m4",
        help="what the plan is for (default: cortex-m4); the headers fit all, if the size allows",
    )
    parser.add_argument(
        "--check",
        type=_not_negative,
        default=32,
        metavar="N",
        help="random inputs on which every layer is compared (default: 32; 0: none)",
    )
    parser.add_argument(
        "--calibrate",
        type=Path,
        metavar="DATA",
        help=".npz or .npy with float32 inputs (n, ...) that set the ranges of a Keras model",
    )


def _not_negative(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"{text}: give a number of 0 or more")
    return value


def run(arguments: argparse.Namespace) -> int:
    """Compile, check, say what was written."""
    from thrum.verification.compile_model import compile_model

    made = compile_model(
        arguments.file,
        arguments.out,
        name=arguments.name,
        target=arguments.target,
        check=arguments.check,
        calibrate=arguments.calibrate,
    )
    print(made.plan)
    for line in made.checked:
        print(f"Checked: {line}.")
    name = made.name
    print(f"Wrote {arguments.out / name}.h, {name}_data.h, {name}_example.cpp, {name}_plan.txt.")
    return 0
