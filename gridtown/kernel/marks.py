"""Marks: what a form says of a field beside its type, in its annotation (`Annotated[str, Personal("phone")]`).

Lines take them from `kernel.forms`, with the form itself.
"""

from dataclasses import dataclass
from typing import Literal

Columns = Literal["title", "category", "urgency", "level", "desk"]


@dataclass(frozen=True)
class Personal:
    """Encrypted at rest; shown masked by `mask`: name, phone, id, address or text."""

    mask: str


@dataclass(frozen=True)
class Computed:
    """Not asked: the `derive` of its kind, register or move answers it. It needs a default."""


@dataclass(frozen=True)
class Again:
    """Said before, by the same name or as `of`: a page begins with the last answer, to be changed where it must be."""

    of: str = ""


@dataclass(frozen=True)
class Sent:
    """Not asked of people: a device or a program that knows it sends it along."""


@dataclass(frozen=True)
class Coded:
    """On `tuple[str, ...]`: lines of codes, as anybody can count or hash them again, which pages tell in words.

    told: (word, parts) for each sort of line, which has as many parts as stand between `by`; the word is
    `row.<word>`. A part is its name, or `name=table`: keys of that dictionary (with commas between), or what it calls
    them in Chinese; or `name=@register`: ids of records.
    """

    told: tuple[tuple[str, tuple[str, ...]], ...]
    by: str = "|"


@dataclass(frozen=True)
class Internal:
    """What programs tell each other in signs of their own: kept with the answers, and on no page."""


@dataclass(frozen=True)
class Shown:
    """Also on the public page of an open case; what is not marked stays in the house."""


@dataclass(frozen=True)
class Listed:
    """On a choice some of whose values count from "1": the field `field` of the move `verb` lists what they stand for.

    Pages offer as many as were put there last, each with its text.
    """

    verb: str
    field: str


@dataclass(frozen=True)
class Publishes:
    """On int: names (by its number within the case) an entry that people from outside made by one of the moves `of`.

    From then on that entry's answers are on the public page too, personal ones excepted: a comment once it was read.
    """

    of: str | tuple[str, ...]


@dataclass(frozen=True)
class Withholds:
    """On int: names an entry like `Publishes`, which stays off the public page, or leaves it again.

    What stands there in its place are the `Shown` answers of the move that withholds: the reason.
    """

    of: str | tuple[str, ...]


@dataclass(frozen=True)
class Ballot:
    """A vote: encrypted, and read by nobody, by no right, until the ledger opens it for a move that `opens` it."""


@dataclass(frozen=True)
class Token:
    """On text, or several: a code that was handed out on paper. Only its digest is kept, and no page shows that."""


@dataclass(frozen=True)
class Tokens:
    """On `tuple[str, ...]`: not asked. As many codes as the field `number` says are drawn and told once, to who moves.

    What is kept is their digests in order, so that neither ledger nor administrator knows a code afterwards.
    beside: a list of the same form, whose n-th value belongs to the n-th digest and is printed on that slip.
    """

    number: str
    beside: str = ""


@dataclass(frozen=True)
class Bars:
    """On posts: their holders neither see the case nor act on it from now on (the accused, the conflicted)."""


@dataclass(frozen=True)
class Photo:
    """The digest of an uploaded picture; `stage` says before, after or evidence, or signature: drawn on the screen."""

    stage: str = "evidence"


@dataclass(frozen=True)
class File:
    """The digest of an uploaded document."""


@dataclass(frozen=True)
class Rows:
    """On `tuple[dict[str, Any], ...]`: what was counted, row by row; each is told by the word `row.<as>` that it names.

    names: those words. Parts of a row are numbers and codes, so that everybody reads it in their own language.
    """

    names: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """One key of a table in the town's folder, so that dictionaries change without code."""

    table: str


@dataclass(frozen=True)
class Ref:
    """A record of one of the line's registers, by id."""

    register: str


@dataclass(frozen=True)
class PostRef:
    """A post, by key."""


@dataclass(frozen=True)
class AccountRef:
    """A person with an account, by sign-in name; pages and papers say the person's own."""


@dataclass(frozen=True)
class CaseRef:
    """Another case, by number: one of the line, only of its kind `of`, or ("*") one of any line."""

    of: str = ""


@dataclass(frozen=True)
class Unit:
    """The unit that a number is measured in."""

    name: str


@dataclass(frozen=True)
class Long:
    """A text of several lines."""


@dataclass(frozen=True)
class Sets:
    """The answer also becomes this column of the case row."""

    column: Columns
