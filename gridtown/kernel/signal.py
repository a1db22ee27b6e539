"""Signals: what devices report by themselves, and what the line makes of each.

A device sends a reading; the line's pure `decide` looks at it and at what is known, and answers what the ledger shall
write: open a case, add to one, or both. Nothing a device sent is lost: a signal that opens nothing is still noted.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gridtown.kernel.forms import Form
from gridtown.kernel.tool import NOTHING, Add, Asked, Open, Reads

Decide = Callable[[Asked], Iterable[Open | Add]]


@dataclass(frozen=True)
class Signal:
    """What a device may send: by HTTP (`/api/signals/<line>/<key>`) or MQTT (`gridtown/<line>/<key>`).

    form: the reading. by: the role that the device's token needs, under which the ledger's entries are written.
    reads: what `decide` has to know. A signal has its sender's own key: sent twice, it is taken once.
    """

    key: str
    form: type[Form]
    decide: Decide
    by: str
    reads: Reads = NOTHING
