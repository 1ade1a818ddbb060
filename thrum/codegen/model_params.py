"""include/model_params.h: the parameters as the configuration structs of lib/vibration."""

from __future__ import annotations

import math
from typing import Any

from thrum.codegen.text import banner, join
from thrum.compiler.cpp_text import numbers

Tables = dict[str, dict[str, Any]]


def params_header(parameters: Tables, model_hash: str) -> str:
    """Text of include/model_params.h; parameters are the tables of config.toml."""
    lines = banner(
        "Parameters of model/config.toml, as the stages of lib/vibration take them.", model_hash
    )
    lines += [
        "#include <stdint.h>",
        "",
        '#include "thrum/core/progmem.h"',
        '#include "thrum/detection/detector.h"',
        '#include "thrum/detection/operating_state.h"',
        '#include "thrum/dsp/features.h"',
        "",
        "namespace thrum {",
        "namespace model {",
        "",
    ]
    lines += [
        *_scalars(parameters),
        *_features(parameters),
        *_baseline(parameters),
        *_detector(parameters),
        "",
        "// Names the network together with these parameters.",
        f'inline const char* kHash() {{ return THRUM_TEXT("{model_hash}"); }}',
        "",
    ]
    return join([*lines, "}  // namespace model", "}  // namespace thrum"])


def _scalars(tables: Tables) -> list[str]:
    sample, window, classes = tables["sample"], tables["window"], tables["classes"]["names"]
    milli_g = round(sample["full_scale_g"] * 1000 * 4096 / 32768)
    return [
        f"constexpr uint32_t kRateHz = {sample['rate_hz']};",
        f"constexpr uint8_t kAxes = {sample['axes']};",
        f"constexpr uint32_t kMilliGPerCountQ12 = {milli_g};",
        f"constexpr uint16_t kWindow = {window['length']};  // samples",
        f"constexpr uint16_t kHop = {window['hop']};  // samples",
        f"constexpr uint8_t kBands = {tables['features']['bands']};",
        f"constexpr uint8_t kClasses = {len(classes)};  // {', '.join(classes)}",
        f"constexpr uint8_t kAnomalousClass = {len(classes) - 1};",
        "",
    ]


def sine_table(length: int) -> list[int]:
    """sin(2 pi i / length) in Q15 for i = 0 to 3/4 length, 1.0 as 32767."""
    exact = (32768 * math.sin(2 * math.pi * i / length) for i in range(3 * length // 4 + 1))
    return [max(-32767, min(32767, round(value))) for value in exact]


def _features(tables: Tables) -> list[str]:
    length, features = tables["window"]["length"], tables["features"]
    return [
        "// sin(2 pi i / kWindow), Q15, 0 to three quarters of a turn.",
        "constexpr int16_t kSine[] THRUM_FLASH = {",
        *numbers(sine_table(length), "    "),
        "};",
        f"constexpr FeatureConfig kFeatures = {{{length.bit_length() - 1}, "
        f"{features['bands'].bit_length() - 1}, {features['floor_log2']}, kSine}};",
        "",
    ]


def _baseline(tables: Tables) -> list[str]:
    baseline, alarm = tables["baseline"], tables["alarm"]
    apart = baseline["stride"] >= alarm["most_windows"]
    first, most = (
        alarm[key].bit_length() - 1
        for key in ("most_windows" if apart else "mean_windows", "most_windows")
    )
    spread = baseline["min_spread_apart" if apart else "min_spread"]
    return [
        f"constexpr BaselineConfig kBaseline = {{{baseline['windows']}, {round(spread * 256)}, "
        f"kBands, {'kOfAverages' if apart else 'kOfWindows'}, "
        f"{baseline['trial'] * baseline['windows'] if apart else 0}}};",
        f"constexpr OperationConfig kOperation = {{{baseline['stride']}, "
        f"{round(baseline['idle_drop'] * 256)}, {round(baseline['state_step'] * 256)}, "
        f"{baseline['states']}, {first}, {most}}};",
    ]


def _detector(tables: Tables) -> list[str]:
    alarm = tables["alarm"]
    up = round(alarm["threshold"] * 256)
    down = round((alarm["threshold"] - alarm["dead_band"]) * 256)
    return [
        f"constexpr DetectorConfig kDetector = {{{up}, {down}, "
        f"{alarm['k']}, {alarm['n']}, {alarm['hold_windows']}}};",
        f"constexpr uint8_t kCrossCheck = {round(alarm['cross_check'] * 32)};  // Q5",
    ]
