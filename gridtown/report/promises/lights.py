"""A target's light in words: why it is what it is, by the figures themselves."""

from typing import Any

from gridtown.report.figures import numbers
from gridtown.report.figures.course import Forecast, error, way
from gridtown.report.promises.targets import Standing, written
from gridtown.report.words import say


def percent(share: float | None) -> str:
    """A share as it is written here: without decimals, and never rounded up to all."""
    if share is None:
        return "–"
    if 0 < share < 1:
        return f"{numbers.percent(round(share * 1_000_000), 1_000_000, 0)}%"
    return f"{numbers.rounded(share * 100, 0):,}%"


def reason(standing: Standing, lang: str, margin: float) -> str:
    """Why a target has its light, in one sentence."""
    expected = standing.forecast
    params: dict[str, Any] = {"gone": percent(standing.gone), "now": amount(standing, standing.now, lang)}
    if expected is not None:
        params["method"] = way(expected, lang)
        params["forecast"] = amount(standing, expected.value, lang)
        params["range"] = _range(standing, expected, lang, margin)
    return say(f"light.why.{standing.light.why}", lang, **params)


def _range(standing: Standing, expected: Forecast, lang: str, margin: float) -> str:
    if not expected.known:
        return say("light.range.assumed", lang, margin=f"{margin:g}")
    return say(
        "light.range.known", lang, low=amount(standing, expected.low, lang),
        high=amount(standing, expected.high, lang),
        error=error(expected.months, _miss(standing, expected.miss, lang), lang),
    )  # fmt: skip


def _miss(standing: Standing, miss: float | None, lang: str) -> str:
    """A mean miss in the target's unit; of a share in percentage points, with a decimal."""
    if miss is not None and standing.target.unit == "ratio":
        return f"{numbers.rounded(miss * 100, 2)}%"
    return amount(standing, miss, lang)


def amount(standing: Standing, value: float | None, lang: str) -> str:
    """An amount of a target with its unit's word."""
    unit = standing.target.unit
    said = written(unit, value, lang)
    if said is None:
        return "–"
    word = "" if unit in ("count", "ratio") else say(f"unit.{unit}", lang, n=said)
    return f"{said}{word}" if lang == "zh" else f"{said} {word}".strip()
