"""A second model may throw boxes out; where it says nothing they go out all the same, with the reason named."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from gridtown.lines.lookout.detect import Found, Frame
from gridtown.lines.lookout.intake import Second
from gridtown.lines.lookout.suppress import overlap

STALE_AFTER = timedelta(seconds=300)
MOST_TRIES = 5  # of one smoke; then it goes out unseen by the second model


class NotReady(Exception):
    """The second model is not there, or busy."""


class Verifier(Protocol):
    """A model that looks at what the first one found."""

    name: str
    version: str

    def verify(self, frame: Frame, boxes: Sequence[Found]) -> Sequence[Found]:
        """Those of the boxes that are smoke; NotReady where it cannot say."""
        ...  # pragma: no cover


@dataclass
class SecondLook:
    """Asks a second model and never loses an alarm by it."""

    verifier: Verifier | None = None
    waited: int = field(default=0, init=False)

    def look(
        self, frame: Frame, boxes: Sequence[Found], *, seen_at: datetime, now: datetime
    ) -> tuple[list[Found], Second]:
        """The boxes that stay, and why: the model passed them, or why it could not be asked."""
        if self.verifier is None or not boxes:
            return list(boxes), "none"
        if now - seen_at > STALE_AFTER:
            return list(boxes), "stale"
        try:
            passed = self.verifier.verify(frame, boxes)
        except NotReady:
            self.waited += 1
            return list(boxes), "window_exhausted" if self.waited >= MOST_TRIES else "unavailable"
        except Exception:
            return list(boxes), "failed"
        self.waited = 0
        return [one for one in boxes if any(overlap(one.box, kept.box) > 0.3 for kept in passed)], "passed"
