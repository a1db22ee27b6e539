"""Documents that an office prints from a case: an order, a notice, an agreement.

A document is a template in the line's folder, `documents/<key>.txt`, that a town may replace by its own
`documents/<line>.<key>.txt`. It is written in Django's template language, over a light markup of paragraphs, so that
an officer who never saw Python can change a sentence; `gridtown.papers` sets it as a Word file in the layout of
official papers.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Document:
    """One document of a kind of case; it can be printed once one of the moves `after` was made (always, if none).

    basis: the rule that asks for it, or "design: ...".
    """

    key: str
    kind: str
    after: tuple[str, ...] = ()
    basis: str = "design: no rule fixes it"


@dataclass(frozen=True)
class Text:
    """What is written for a document, and in which file, as faults name it.

    path, stamp: where it was read and the file's time (ns) then, so that a change is noticed; "" for one that was not.
    """

    file: str
    said: str
    path: str = field(default="", compare=False)
    stamp: int = field(default=0, compare=False)
