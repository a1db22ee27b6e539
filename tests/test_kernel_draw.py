"""The draw: the stored vector, every tampering noticed, nobody favoured, nobody with a veto."""

import hashlib
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from itertools import permutations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown.kernel import draw
from gridtown.kernel.draw import Drawn, NotARoll, Party

ROLL = tuple(f"H{n:02}" for n in range(1, 9))
SECRETS = tuple(hashlib.sha256(f"party{n}".encode()).hexdigest() for n in range(3))
PUBLIC = "07 12 19 23 30 33"


def drawn(
    roll: tuple[str, ...] = ROLL,
    secrets: tuple[str, ...] = SECRETS,
    public: str = PUBLIC,
    label: str = "order",
) -> Drawn:
    """A draw as it should be."""
    rolled = draw.roll_hash(roll)
    parties = tuple(Party(draw.commitment(secret), secret) for secret in secrets)
    seed = draw.seed(rolled, parties, public)
    return Drawn(
        draw.canonical(roll), rolled, parties, public, seed, label, draw.order(roll, seed, label)
    )  # fmt: skip


def test_the_stored_vector() -> None:
    found = drawn()
    assert found.rolled == "8078aad90d985f39abe3b72d34e85a85595994e853fab43903d52b7059c60b7f"
    assert found.seed == "83fe457206ef0c8d087ae7af7294487ed22e9fc97aabbf16ec8ce515115d351f"
    assert " ".join(found.order) == "H01 H03 H07 H02 H04 H06 H08 H05"


secrets = st.lists(st.binary(min_size=32, max_size=32).map(bytes.hex), min_size=2, max_size=4, unique=True)
letters = st.characters(codec="utf-8", exclude_characters="\n")
rolls = st.lists(st.text(letters, min_size=1, max_size=8), min_size=1, unique=True)


@given(rolls, secrets, st.text(letters, max_size=20), st.randoms())
def test_whoever_computes_it_again_finds_the_same(
    roll: list[str], kept: list[str], public: str, anyhow: Random
) -> None:
    found = drawn(tuple(roll), tuple(kept), public)
    assert draw.verify(found)
    shuffled = list(roll)
    anyhow.shuffle(shuffled)
    assert drawn(tuple(shuffled), tuple(kept), public) == found, "in whatever order the roll was written"
    assert sorted(found.order) == sorted(roll), "everybody once"


@pytest.mark.parametrize(
    ("tampered", "fault"),
    [
        (replace(drawn(), roll=(*ROLL[:-1], "H09")), "roll"),
        (replace(drawn(), roll=ROLL[:-1]), "roll"),
        (replace(drawn(), roll=()), "roll"),
        (replace(drawn(), rolled=draw.roll_hash(ROLL[:-1])), "roll"),
        (replace(drawn(), parties=(Party(drawn().parties[0].commitment, SECRETS[1]), *drawn().parties[1:])), "secret"),
        (replace(drawn(), parties=(Party(draw.commitment("00"), "00"), *drawn().parties[1:])), "secret"),
        (replace(drawn(), parties=drawn().parties[:1]), "parties"),
        (replace(drawn(), parties=drawn().parties * 2), "parties"),
        (replace(drawn(), parties=drawn().parties[::-1]), "seed"),
        (replace(drawn(), public="07 12 19 23 30 32"), "seed"),
        (replace(drawn(), seed="0" * 64), "seed"),
        (replace(drawn(), label="order2"), "order"),
        (replace(drawn(), order=(*drawn().order[:-2], *drawn().order[:-3:-1])), "order"),
    ],
)  # fmt: skip
def test_whatever_is_tampered_with_is_noticed(tampered: Drawn, fault: str) -> None:
    assert fault in draw.faults(tampered)


@given(st.integers(0, 2), st.integers(0, 255))
def test_any_byte_of_a_secret_counts(which: int, at: int) -> None:
    changed = bytearray(bytes.fromhex(SECRETS[which]))
    changed[at // 8] ^= 1 << at % 8
    other = [*SECRETS[:which], changed.hex(), *SECRETS[which + 1 :]]
    assert drawn(secrets=tuple(other)).seed != drawn().seed


def test_a_secret_that_is_kept_back_is_no_veto() -> None:
    whole = drawn()
    parties = (*whole.parties[:2], Party(whole.parties[2].commitment))
    seed = draw.seed(whole.rolled, parties, PUBLIC)
    assert seed != whole.seed
    kept_back = replace(whole, parties=parties, seed=seed, order=draw.order(ROLL, seed, "order"))
    assert draw.verify(kept_back)
    assert parties[2].share == bytes.fromhex(parties[2].commitment), "known to all from the start"


def test_no_order_is_likelier_than_another() -> None:
    """60,000 orders of four: chi-square of 23 degrees stays below 49.7, its 99.9 % point."""
    seed = drawn().seed
    found = Counter(draw.order("abcd", seed, str(n)) for n in range(60_000))
    expected = 60_000 / 24
    assert set(found) == set(permutations("abcd"))
    assert sum((n - expected) ** 2 / expected for n in found.values()) < 49.7


def test_a_number_that_would_favour_the_first_is_thrown_away() -> None:
    assert draw._below(3, iter([2**64 - 1, 5])) == 2, "2⁶⁴ - 1 is the one number too many for three"


@pytest.mark.parametrize("roll", [(), ("a", "a"), ("a\nb",), ("",)])
def test_a_roll_can_be_read_in_one_way_only(roll: tuple[str, ...]) -> None:
    with pytest.raises(NotARoll):
        draw.canonical(roll)


@pytest.mark.parametrize("text", ["", "ab", "g" * 64, "0" * 62, f"{'0' * 62} 0", "0" * 66])
def test_a_short_secret_is_none(text: str) -> None:
    assert not draw.is_secret(text)
    assert draw.is_secret(SECRETS[0])


def test_it_can_be_computed_again_with_nothing_of_ours() -> None:
    """By the dozen lines that the README of the inspections gives to anybody."""
    said = (Path(str(files("gridtown.lines.inspection"))) / "README.md").read_text("utf-8")
    code = said.split("```python\n")[1].split("```")[0]
    given = {
        "roll": ROLL, "secrets": SECRETS, "balls": PUBLIC, "visit_number": "order", "those_who_may_go": ROLL,
    }  # fmt: skip
    exec(code, given)
    assert tuple(given["lines"]) == drawn().order
