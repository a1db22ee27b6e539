"""The bodies' rules and the count as pure functions, to the last vote; every row of the dictionary by its law."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown import town as towns
from gridtown.kernel import tokens
from gridtown.lines.assembly import count

TABLES = towns.current().tables["assembly"]
BODIES, NAMES = TABLES["body"], TABLES["ballot"]
CHOICES = tuple(NAMES)


@pytest.mark.parametrize(
    ("body", "entitled", "took_part", "yes", "outcome"),
    [
        ("villagers", 1000, 500, 500, "no_quorum"),
        ("villagers", 1000, 501, 250, "rejected"),
        ("villagers", 1000, 501, 251, "adopted"),
        ("villagers_households", 300, 199, 199, "no_quorum"),
        ("villagers_households", 300, 200, 100, "rejected"),
        ("villagers_households", 300, 200, 101, "adopted"),
        ("representatives", 40, 26, 26, "no_quorum"),  # two thirds of 40 are 26 and two thirds
        ("representatives", 40, 27, 14, "adopted"),
        ("group", 90, 59, 59, "no_quorum"),
        ("group_households", 30, 20, 11, "adopted"),
        ("residents", 1000, 500, 500, "no_quorum"),
        ("residents_households", 10, 6, 4, "adopted"),
        ("residents_delegates", 10, 6, 3, "rejected"),
        ("collective", 100, 100, 66, "rejected"),  # of all entitled, not of those who came
        ("collective", 100, 67, 67, "adopted"),
        ("coop_members", 100, 100, 50, "rejected"),
        ("coop_members", 100, 51, 51, "adopted"),
        ("coop_delegates", 30, 19, 19, "no_quorum"),
        ("coop_delegates", 30, 20, 15, "rejected"),  # 应到会社员代表过半数
        ("coop_delegates", 30, 20, 16, "adopted"),
        ("coop_admission", 30, 25, 19, "rejected"),
        ("coop_admission", 30, 25, 20, "adopted"),
        ("coop_merger", 99, 66, 66, "adopted"),
        ("opinion", 100, 3, 2, "adopted"),
        ("opinion", 100, 0, 0, "rejected"),
    ],
)
def test_quorum_and_majority_to_the_last_vote(
    body: str, entitled: int, took_part: int, yes: int, outcome: str
) -> None:
    votes = {"1": yes, "against": took_part - yes, "unused": entitled - took_part}
    assert count.judged(votes, entitled, BODIES[body])["outcome"] == outcome


def test_every_body_names_its_law_and_what_can_be_computed() -> None:
    for key, row in BODIES.items():
        assert row["law"], key
        assert row["since"] >= "1990-01-01", key
        assert row["of"] in ("present", "entitled"), key
        assert 0 < Fraction(row["majority"]) < 1, key
        assert {row["quorum_more"], row["majority_more"]} <= {"yes", "no"}, key
        assert int(row["notice_days"]) >= 0, key
        assert int(row["comment_days"]) >= 0, key
        for share in (row["quorum"], row["ask"]):
            assert not share or 0 < Fraction(share) < 1, key
    assert BODIES["villagers"]["notice_days"] == "10"
    assert BODIES["collective"]["comment_days"] == "15"


def test_every_line_of_a_list_can_be_read_back() -> None:
    assert len({row["zh"] for row in NAMES.values()}) == len(NAMES)


@given(st.dictionaries(st.integers(0, 2**80 - 1).map(tokens.token_of), st.sampled_from(CHOICES), max_size=60))
def test_the_list_says_what_was_cast(cast: dict[str, str]) -> None:
    said = {tokens.digest_of(code): choice for code, choice in cast.items()}
    lines = count.lines_of(said, NAMES)
    assert count.recounted(lines, NAMES) == Counter(cast.values())
    assert lines == sorted(lines)
    for code, choice in cast.items():
        assert f"{tokens.check_of(tokens.digest_of(code))} {NAMES[choice]['zh']}" in lines


@given(st.sampled_from(list(BODIES)), st.dictionaries(st.sampled_from(CHOICES), st.integers(0, 400)))
def test_what_is_adopted_has_its_quorum_and_more_than_any_rule_asks(body: str, votes: dict[str, int]) -> None:
    entitled, row = sum(votes.values()), BODIES[body]
    found = count.judged(votes, entitled, row)
    if found["outcome"] != "adopted":
        assert found["winner"] == ""
        return
    won, took_part = votes[found["winner"]], found["took_part"]
    base = entitled if row["of"] == "entitled" else took_part
    assert Fraction(won, base) > Fraction(row["majority"]) or (
        row["majority_more"] == "no" and Fraction(won, base) == Fraction(row["majority"])
    )
    if row["quorum"]:
        assert Fraction(took_part, entitled) >= Fraction(row["quorum"])
    assert won > max((votes.get(o, 0) for o in count.OPTIONS if o != found["winner"]), default=0)


@given(st.integers(1, 5000), st.sampled_from(["1/2", "2/3", "1/10", "1/5"]), st.booleans())
def test_the_smallest_number_that_is_enough(number: int, share: str, more: bool) -> None:
    part = Fraction(share)
    found = count.at_least(number, part, more)

    def enough(n: int) -> bool:
        return Fraction(n, number) > part if more else Fraction(n, number) >= part

    assert enough(found)
    assert not enough(found - 1)


@given(st.integers(0, 2**80 - 1))
def test_a_code_keeps_all_its_bits_and_is_read_however_it_is_written(drawn: int) -> None:
    code = tokens.token_of(drawn)
    assert len(code) == 19
    typed = code.replace("-", " ").lower().replace("0", "o").replace("1", "i")
    assert tokens.digest_of(typed) == tokens.digest_of(code)
    assert tokens.token_of(drawn ^ 1 << 79) != code


@pytest.mark.parametrize(
    ("body", "votes", "areas", "outcome"),
    [  # nine owners, a thousand square metres: six of them and 666 and two thirds have to take part
        (
            "owners",
            {"1": 4, "against": 2, "unused": 3},
            {"1": 400, "against": 266, "unused": 334},
            "no_quorum",
        ),
        ("owners", {"1": 4, "against": 2, "unused": 3}, {"1": 400, "against": 267, "unused": 333}, "adopted"),
        (
            "owners",
            {"1": 4, "against": 1, "unused": 4},
            {"1": 600, "against": 300, "unused": 100},
            "no_quorum",
        ),
        (
            "owners",
            {"1": 4, "against": 2, "unused": 3},
            {"1": 350, "against": 350, "unused": 300},
            "rejected",
        ),
        (
            "owners",
            {"1": 4, "against": 4, "unused": 1},
            {"1": 800, "against": 100, "unused": 100},
            "rejected",
        ),
        (
            "owners_weighty",
            {"1": 6, "against": 2, "unused": 1},
            {"1": 600, "against": 200, "unused": 200},
            "adopted",
        ),
        (
            "owners_weighty",
            {"1": 6, "against": 2, "unused": 1},
            {"1": 599, "against": 201, "unused": 200},
            "rejected",
        ),
        (
            "owners_weighty",
            {"1": 5, "against": 2, "unused": 2},
            {"1": 700, "against": 100, "unused": 200},
            "rejected",
        ),
    ],
)
def test_owners_need_heads_and_area_both(
    body: str, votes: dict[str, int], areas: dict[str, int], outcome: str
) -> None:
    behind = {choice: Fraction(area) for choice, area in areas.items()}
    found = count.judged(votes, sum(votes.values()), BODIES[body], behind)
    assert found["outcome"] == outcome
    assert found["area_all"] == 1000


def test_areas_are_counted_from_the_list_that_is_published() -> None:
    digests = [tokens.digest_of(tokens.token_of(n)) for n in range(3)]
    said, areas = dict(zip(digests, ("1", "against", "unused"), strict=True)), ("88.50", "100", "99.99")
    lines = count.lines_of(said, NAMES, dict(zip(digests, areas, strict=True)))
    assert count.areas_recounted(lines, NAMES) == {
        choice: Fraction(area) for choice, area in zip(said.values(), areas, strict=True)
    }
    assert count.recounted(lines, NAMES) == Counter(said.values())
    assert count.areas_recounted(count.lines_of(said, NAMES), NAMES) is None


def test_every_office_names_its_law_and_what_can_be_computed() -> None:
    offices = TABLES["office"]
    for key, row in offices.items():
        assert row["law"], key
        assert 0 < Fraction(row["majority"]) < 1, key
        assert not row["again"] or row["again"] in offices, key
    assert offices["committee"]["roll_days"] == "20"
    assert (offices["committee_again"]["majority"], offices["committee_again"]["majority_more"]) == (
        "1/3",
        "no",
    )
