"""Pieces of pages that are written once and then only filled in: what they say depends on a definition and a language.

    frame = Frame(render_to_string("web/parts/card.html", {..., "gap": GAPS}))   # {{ gap.period }} in the template
    frame.fill(period="2026", value=...)                                         # markup; what is filled in is escaped

Nothing of whoever asks may stand in a frame: it is shown to everybody.
"""

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

_BEGIN, _END = "\ue000", "\ue001"  # of a gap, in a template's output; no text has these
_GAP = re.compile(f"{_BEGIN}(\\w+){_END}")


class _Gaps:
    def __getitem__(self, name: str) -> str:
        return f"{_BEGIN}{name}{_END}"


GAPS = _Gaps()


class Frame:
    """A template's output with gaps."""

    def __init__(self, written: str) -> None:
        self._parts = _GAP.split(written)  # text, a gap's name, text …
        self._names = self._parts[1::2]

    def fill(self, **said: str) -> SafeString:
        """It with each gap filled; a gap that nothing is said for is a mistake."""
        parts = self._parts.copy()
        parts[1::2] = [
            one if isinstance(one := said[name], SafeString) else escape(one) for name in self._names
        ]
        return mark_safe("".join(parts))  # noqa: S308 - the template escaped its text, and what is filled in is escaped
