"""A draw that nobody can steer and anybody can compute again: of inspectors, of households, of an order of speakers.

The roll is frozen first and its hash made known. Each party commits to a secret by its SHA-256; something public that
nobody chooses (balls drawn on the spot) is named beforehand and written down; then the secrets are opened, and

    seed = SHA-256(roll hash ‖ the secrets in the order of their commitments ‖ the public text, UTF-8)

Numbers come from HMAC-SHA256(seed, label ‖ counter as 8 bytes, big-endian), counter from 0, four 8-byte big-endian
integers from each; x below 2⁶⁴ − (2⁶⁴ mod n) gives x mod n, any other is thrown away, so that no place is likelier than
another. The sorted roll is shuffled by Fisher and Yates from its last line to its second. Each round and each class has
a label of its own, so one seed serves for many, and none tells of another.

A party that keeps its secret back has no veto: what it had committed to stands in for it (`backup`).
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import count

VERSION = "gridtown-draw-1"  # named on every record, so that one knows by which rules to compute again
SECRET = 32  # bytes; a seed of few digits can be tried out until somebody wins
_RANGE = 2**64


class NotARoll(ValueError):
    """A roll that could be read in two ways: empty, with a line twice, or with a line break within a line."""


def canonical(roll: Collection[str]) -> tuple[str, ...]:
    """The roll as it is hashed and drawn from: sorted by code point; NotARoll for what is none."""
    lines = tuple(sorted(roll))
    if not lines or len(set(lines)) < len(lines) or any(not line or "\n" in line for line in lines):
        raise NotARoll
    return lines


def roll_hash(roll: Collection[str]) -> str:
    """SHA-256 of the canonical roll's lines, joined by line feeds, as 64 hexadecimal digits."""
    return _hex("\n".join(canonical(roll)).encode())


def commitment(secret: str) -> str:
    """What is made known of a secret (hexadecimal) before it is opened: the SHA-256 of its bytes."""
    return _hex(bytes.fromhex(secret))


def is_secret(text: str) -> bool:
    """Whether a text is a secret that cannot be guessed: 64 hexadecimal digits."""
    try:
        return len(bytes.fromhex(text)) == SECRET and len(text) == 2 * SECRET
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes part: what was committed to, and the secret once it is opened ("" while it is not, or kept back)."""

    commitment: str
    secret: str = ""

    @property
    def share(self) -> bytes:
        """What it adds to the seed: the secret, or what stands in for one that is kept back."""
        return bytes.fromhex(self.secret or self.commitment)


def seed(rolled: str, parties: Iterable[Party], public: str) -> str:
    """The seed, as 64 hexadecimal digits, from the roll's hash, what the parties add, and the public text."""
    shares = b"".join(party.share for party in parties)
    return _hex(bytes.fromhex(rolled) + shares + public.encode())


def order(roll: Collection[str], of_seed: str, label: str) -> tuple[str, ...]:
    """The roll's lines in the order in which they are drawn under this label."""
    lines = list(canonical(roll))
    numbers = _numbers(bytes.fromhex(of_seed), label)
    for last in range(len(lines) - 1, 0, -1):
        other = _below(last + 1, numbers)
        lines[last], lines[other] = lines[other], lines[last]
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything that is made known of a draw: enough to compute it again without asking anybody."""

    roll: tuple[str, ...]
    rolled: str
    parties: tuple[Party, ...]
    public: str
    seed: str
    label: str
    order: tuple[str, ...]


def faults(drawn: Drawn) -> list[str]:
    """What does not hold of a draw, by name; empty when it was drawn as it says.

    roll: it is none, or not the one that was frozen. secret: one does not open its commitment. parties: fewer than
    two. seed, order: they do not follow.
    """
    try:
        same = roll_hash(drawn.roll) == drawn.rolled
    except NotARoll:
        return ["roll"]
    opened = [p for p in drawn.parties if p.secret]
    checks = {
        "roll": same,
        "secret": all(is_secret(p.secret) and commitment(p.secret) == p.commitment for p in opened),
        "parties": len({p.commitment for p in drawn.parties}) == len(drawn.parties) >= 2,
    }
    if not all(checks.values()):
        return [name for name, holds in checks.items() if not holds]
    checks["seed"] = seed(drawn.rolled, drawn.parties, drawn.public) == drawn.seed
    checks["order"] = order(drawn.roll, drawn.seed, drawn.label) == tuple(drawn.order)
    return [name for name, holds in checks.items() if not holds]


def verify(drawn: Drawn) -> bool:
    """Whether a draw is what its record says."""
    return not faults(drawn)


def _hex(said: bytes) -> str:
    return hashlib.sha256(said).hexdigest()


def _numbers(key: bytes, label: str) -> Iterator[int]:
    """Integers below 2⁶⁴ without end."""
    for n in count():
        block = hmac.digest(key, label.encode() + n.to_bytes(8, "big"), "sha256")
        yield from (int.from_bytes(block[at : at + 8], "big") for at in range(0, 32, 8))


def _below(n: int, numbers: Iterator[int]) -> int:
    """The next number below n, each as likely as another."""
    return next(x for x in numbers if x < _RANGE - _RANGE % n) % n
