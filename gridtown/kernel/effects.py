"""What a move does besides moving: named values that the ledger's one writer carries out."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Spawn:
    """Open a case of another line ("line/kind"); `carry` maps its intake fields to this case's answers.

    A personal answer is carried under seal, into a personal field. give: what the way by which it comes already says
    (intake field -> value), such as that a hazard was found by a patrol. With `field`, the answer to that field of the
    move's form names "line/kind" instead, which has no more of both than it asks. when: only where that field of the
    form is answered (a derived one: where the rule behind it says so).
    """

    kind: str = ""
    carry: Mapping[str, str] = field(default_factory=dict)
    give: Mapping[str, str] = field(default_factory=dict)
    field: str = ""
    when: str = ""


@dataclass(frozen=True)
class Merge:
    """Join into the case whose number the field holds; every reporter follows that case from now on.

    A later move out of the merged end takes the case apart again: its reporters follow it as before.
    """

    field: str = "into"


@dataclass(frozen=True)
class Split:
    """Open one case of the same kind for each text of the list field; this case waits for them."""

    field: str = "parts"


@dataclass(frozen=True)
class Extend:
    """Lengthen a running limit by its declared extension."""

    limit: str


@dataclass(frozen=True)
class Supervise:
    """督办: a new due time from the field, beside the limit, which it never changes (domain A5)."""

    field: str = "by_when"


@dataclass(frozen=True)
class Place:
    """Put the case at the point that the answers give (degrees, WGS84).

    Without one it stays where it is; with `clear` it is then nowhere but in the town: its point was wrong.
    """

    lon: str = "lon"
    lat: str = "lat"
    clear: bool = False


@dataclass(frozen=True)
class Rota:
    """Put down shifts of equal length for a post at the case's place, its present holders in turn.

    The fields name the post, the moment of the first shift, how many follow one another, and the hours of each.
    """

    post: str = "post"
    start: str = "start"
    shifts: str = "shifts"
    hours: str = "hours"


@dataclass(frozen=True)
class Revise:
    """Bring the record that the case is about up to date, so that nobody enters the same twice.

    fields: the record's field -> the answer of the move's form; one that is not answered is emptied. Whoever moves must
    be one of those who keep that register.
    """

    fields: Mapping[str, str]


Effect = Spawn | Merge | Split | Extend | Supervise | Place | Rota | Revise
