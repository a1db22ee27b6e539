"""Signals: what devices report by themselves, and what the line makes of each.

A device sends a reading; the line's pure `decide` looks at it and at what is known, and answers what the ledger shall
write: open a case, add to one, or both. Nothing a device sent is lost: a signal that opens nothing is still noted.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from gridtown.kernel.forms import Form, computed_of
from gridtown.kernel.told import RESERVED
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

    def faults(self, kinds: Collection[str], registers: Collection[str]) -> list[str]:
        """Why a line with these kinds and registers may not have this signal; empty when it may."""
        name = f"signal {self.key}"
        said = self.reads.faults(name, kinds, registers)
        if self.by in RESERVED:
            said.append(f"{name} needs a role that a device's post can have")
        if computed_of(self.form):
            said.append(f"{name} has a computed answer, which no device can send")
        return said
