"""Thrum's model pipeline: recordings to features, training, quantization and generated headers.

Importing this package costs nothing: the pre-build of the firmware uses the modules that need the
standard library alone (graph, fixed, lower, plan, codegen, freshness) inside PlatformIO's Python.
"""
