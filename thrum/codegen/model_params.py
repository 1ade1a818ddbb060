"""include/model_params.h: the parameters as the configuration structs of lib/vibration."""

from __future__ import annotations

from typing import Any

from thrum.codegen.text import banner, join
from thrum.compiler.cpp_text import numbers
from thrum.derived import (
    apart,
    far_weights,
    first_windows,
    grow_averages,
    grow_minutes,
    milli_g_q12,
    near_weights,
    sine_table,
    trial_windows,
)
from thrum.plant.zones import limits

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
        '#include "thrum/detection/zone.h"',
        '#include "thrum/dsp/features.h"',
        '#include "thrum/dsp/velocity.h"',
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
        *_zones(parameters),
        "",
        "// Names the network together with these parameters.",
        f'inline const char* kHash() {{ return THRUM_TEXT("{model_hash}"); }}',
        "",
    ]
    return join([*lines, "}  // namespace model", "}  // namespace thrum"])


def _scalars(tables: Tables) -> list[str]:
    sample, window, classes = tables["sample"], tables["window"], tables["classes"]["names"]
    milli_g = milli_g_q12(sample["full_scale_g"])
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


def _features(tables: Tables) -> list[str]:
    length, features = tables["window"]["length"], tables["features"]
    return [
        "// sin(2 pi i / kWindow), Q15, 0 to three quarters of a turn.",
        "constexpr int16_t kSine[] THRUM_FLASH = {",
        *numbers(sine_table(length), "    "),
        "};",
        "// Of the bins for velocity, see thrum/dsp/velocity.h.",
        "constexpr uint16_t kNearWeights[] THRUM_FLASH = {",
        *numbers(near_weights(), "    "),
        "};",
        "constexpr uint8_t kFarWeights[] THRUM_FLASH = {",
        *numbers(far_weights(length), "    "),
        "};",
        "constexpr VelocityWeights kVelocityWeights = {kNearWeights, kFarWeights};",
        f"constexpr FeatureConfig kFeatures = {{{length.bit_length() - 1}, "
        f"{features['bands'].bit_length() - 1}, {features['floor_log2']}, kSine}};",
        "",
    ]


def _baseline(tables: Tables) -> list[str]:
    baseline, alarm = tables["baseline"], tables["alarm"]
    stride, most = baseline["stride"], alarm["most_windows"]
    far = apart(stride, most)
    first = first_windows(stride, alarm["mean_windows"], most)
    rate, hop = tables["sample"]["rate_hz"], tables["window"]["hop"]
    grow = grow_averages(baseline["averages"], baseline["hours"], stride, most, rate, hop)
    trial = trial_windows(stride, most, baseline["trial"], baseline["windows"], grow)
    least = most.bit_length() - 1
    spread = baseline["min_spread_apart" if far else "min_spread"]
    return [
        f"constexpr BaselineConfig kBaseline = {{{baseline['windows']}, {round(spread * 256)}, "
        f"kBands, {'kOfAverages' if far else 'kOfWindows'}, {trial}, {grow}, "
        f"{round(baseline['min_spread_apart'] * 256)}}};",
        f"constexpr OperationConfig kOperation = {{{stride}, "
        f"{round(baseline['idle_drop'] * 256)}, {round(baseline['state_step'] * 256)}, "
        f"{baseline['states']}, {first.bit_length() - 1}, {least}, {least}, {stride}}};",
        "// Of operation, over which a baseline grows; what follows from it and the rate is set by "
        "Begin.",
        f"constexpr uint16_t kGrowMinutes = {grow_minutes(baseline['hours'])};",
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


def _zones(tables: Tables) -> list[str]:
    machine = tables.get("machine", {})
    found = limits(machine.get("group", ""), machine.get("mounting", "rigid"))
    b, c = (0, 0) if found is None else (round(found.b * 256), round(found.c * 256))
    where = "no zones: machine.group is empty" if found is None else found.source
    return [f"constexpr ZoneLimits kZoneLimits = {{{b}, {c}}};  // {where}"]
