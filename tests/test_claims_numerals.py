"""Chinese and mixed numerals, read and written."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridtown.report.claims.reading import numerals
from gridtown.report.claims.reading.numerals import NoNumeral


@given(st.integers(0, 10**13))
def test_what_is_written_is_read_again(number):
    assert numerals.parse(numerals.written(number)) == number


@given(st.decimals(0, 10**6, places=3), st.sampled_from(sorted(numerals.SCALES)))
def test_arabic_digits_with_a_scale(number, scale):
    assert numerals.parse(f"{number}{scale}") == number * numerals.SCALES[scale]


@given(st.integers(1000, 10**12))
def test_separators_change_nothing(number):
    assert numerals.parse(f"{number:,}") == number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("一千零五十", 1050), ("十", 10), ("十五", 15), ("二十", 20), ("两", 2), ("一百一十", 110), ("两万三千", 23000),
        ("一亿零三百万", 103_000_000), ("二零二三", 2023), ("三点五", 3.5), ("1.6万", 16000), ("12.8亿", 1_280_000_000),
        ("零", 0), ("百", 100), ("3千", 3000), ("1,234", 1234),
    ],
)  # fmt: skip
def test_numerals(said, number):
    assert numerals.parse(said) == Decimal(str(number))


@pytest.mark.parametrize("said", ["", "三四", "一二", "个", "十百千万万万", "点五", "五六十"])
def test_letters_that_are_no_number(said):
    with pytest.raises(NoNumeral):
        numerals.parse(said)


@given(st.text(alphabet="零一二两三四五六七八九十百千万亿点", max_size=12))
def test_any_run_of_letters_is_a_number_or_refused(said):
    with suppress(NoNumeral):
        assert numerals.parse(said) >= 0
