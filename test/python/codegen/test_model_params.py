"""include/model_params.h: the parameters of config.toml."""

from __future__ import annotations

import dataclasses
import json

from thrum import config
from thrum.artifacts import release
from thrum.codegen.model_params import params_header
from thrum.reference.detector import DetectorConfig


def test_parameters_are_those_of_the_config() -> None:
    """The released parameters are config.toml, and the detector's integers those of its twin."""
    cfg = config.load()
    made = release.load()
    assert made.parameters == json.loads(json.dumps(dataclasses.asdict(cfg)))
    text = params_header(made.parameters, "0")
    values = ", ".join(map(str, dataclasses.astuple(DetectorConfig.of(cfg))))
    assert f"kDetector = {{{values}}};" in text
    assert f"kRateHz = {cfg.sample.rate_hz};" in text
