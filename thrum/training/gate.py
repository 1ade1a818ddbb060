"""A gate on training: a model that is worse than the one in the folder does not replace it.

Both were judged on windows of the same synthetic machines, which training never saw, at the
configured threshold.
"""

from __future__ import annotations

from typing import Any

from thrum.compiler.graph import ModelError

_AUC = 0.01  # by which the area under the ROC curve may fall
_FALSE_ALARMS = 0.005  # by which the share of false alarms may rise
_ROUNDED = 0.02  # of AUC that int8 may lose against float


def check(new: dict[str, Any], old: dict[str, Any]) -> None:
    """ModelError says by how much `new` metrics are worse than `old` ones, and how to insist."""
    found = worse(new, old)
    if found:
        raise ModelError(
            f"the new model is worse than the released one, which stays: {'; '.join(found)}. "
            "`thrum train --accept`, or custom_accept = yes in platformio.ini, replaces it"
        )


def worse(new: dict[str, Any], old: dict[str, Any]) -> list[str]:
    """The metrics that are worse, with both numbers; nothing where one of them is not known."""
    said = []
    auc, before = _of(new, "int8", "auc"), _of(old, "int8", "auc")
    if auc is not None and before is not None and not auc >= before - _AUC:
        said.append(f"AUC {auc:.4f}, was {before:.4f}")
    alarms, had = _of(new, "int8", "false_alarms"), _of(old, "int8", "false_alarms")
    if alarms is not None and had is not None and not alarms <= had + _FALSE_ALARMS:
        said.append(f"false alarms {alarms:.2%}, were {had:.2%}")
    exact = _of(new, "float", "auc")
    if auc is not None and exact is not None and not auc >= exact - _ROUNDED:
        said.append(f"AUC {auc:.4f} in int8, {exact:.4f} in float")
    return said


def _of(metrics: dict[str, Any], kind: str, name: str) -> float | None:
    value = metrics.get(kind, {}).get(name)
    return float(value) if isinstance(value, (int, float)) else None
