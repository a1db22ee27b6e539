"""Numbers and codes as an address or a form says them: whatever somebody writes there, no page fails by it."""

_LONGEST = 18  # digits that every id has room for


def number_in(said: str) -> int | None:
    """The number that it says; None where it is none, or longer than any of ours."""
    return int(said) if _digits(said) and len(said) <= _LONGEST else None


def place_code(said: str) -> str:
    """The code of a place that it says; "" where it is none."""
    return said if _digits(said) else ""


def _digits(said: str) -> bool:
    return said.isascii() and said.isdecimal()  # other scripts have digits of their own, and powers of two
