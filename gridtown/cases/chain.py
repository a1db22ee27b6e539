"""The hash chain: each entry's digest covers everything it says and the digest before it."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import msgspec

GENESIS = "0" * 64
_encode = msgspec.json.Encoder().encode


def moment(at: datetime | None) -> str:
    """A time as it goes into a digest: UTC, always six decimals."""
    return "" if at is None else at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")


def text(value: Any) -> str:
    """The JSON text of answers, clocks or columns exactly as the ledger keeps and digests it."""
    return _encode(value).decode()


def digest(
    *, prev: str, chain: str, seq: int, at: datetime, verb: str, by: str, post: str, frm: str, to: str,
    due: datetime | None, answers: str, clocks: str, sets: str, key: str,
) -> str:  # fmt: skip
    """SHA-256 over the entry and its predecessor; `chain` is the case's number, "record:<id>" or the town."""
    said = (prev, chain, seq, moment(at), verb, by, post, frm, to, moment(due), answers, clocks, sets, key)
    return hashlib.sha256(_encode(said)).hexdigest()
