"""The codes of a secret ballot: drawn by chance, printed once, and kept only as digests."""

import hashlib
from collections.abc import Iterable
from typing import Any

TOKEN = "token"  # noqa: S105 - the name under which digests of codes are kept
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: nothing that a hand or an eye confuses
_SPOKEN = str.maketrans("OIL", "011", " -—·\t\n\r")
_SIGNS = 16  # of 32 each: 80 bits


def token_of(drawn: int) -> str:
    """A code of sixteen signs from a random number of 80 bits, in groups of four as it is printed."""
    signs = "".join(_ALPHABET[drawn >> 5 * n & 31] for n in range(_SIGNS))
    return "-".join(signs[n : n + 4] for n in range(0, _SIGNS, 4))


def digest_of(token: str) -> str:
    """SHA-256 of a code as it is meant: in capitals, without spaces and strokes, O read as 0, I and L as 1."""
    return hashlib.sha256(token.upper().translate(_SPOKEN).encode()).hexdigest()


def check_of(digest: str) -> str:
    """The check number on a slip: the first sixteen figures of its digest, by which its ballot is found in a list."""
    return "-".join(digest[n : n + 4] for n in range(0, _SIGNS, 4))


def kept_back(tokens: Iterable[str]) -> dict[str, list[str]]:
    """What is kept of codes: their digests, in an order that tells nothing."""
    return {TOKEN: sorted({digest_of(token) for token in tokens})}


def digests_in(answer: Any) -> tuple[str, ...]:
    """The digests of the codes that an answer was; none where it was not answered."""
    return tuple(answer[TOKEN]) if answer else ()
