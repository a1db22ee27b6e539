"""Citations for English readers: every law that a line cites has an English title, said before its own."""

import re
from collections.abc import Iterator

import pytest

from gridtown import lines
from gridtown import town as towns
from gridtown.kernel.laws import in_english, titles
from gridtown.kernel.line import Line

CHINESE = re.compile(r"[\u4e00-\u9fff]+")


@pytest.mark.parametrize(
    ("said", "english"),
    [
        (
            "安全生产法 4、41；消防法 16",
            "Work Safety Law (安全生产法) 4, 41; Fire Protection Law (消防法) 16",
        ),
        (
            "《中华人民共和国村民委员会组织法》第二十一条、第一百零二条",
            "Organic Law of Villagers' Committees (村民委员会组织法) 21, 102",
        ),
        ("信访 22: within 15 days", "Petition Work Regulation (信访) 22: within 15 days"),
        ("信访工作条例 22", "Petition Work Regulation (信访工作条例) 22"),
        ("《中华人民共和国民法典》第二百七十八条", "Civil Code (民法典) 278"),
        ("浙江省消防条例", "Zhejiang Fire Protection Regulation (浙江省消防条例)"),
        ("design: no rule fixes it", "design: no rule fixes it"),
        ("", ""),
    ],
)
def test_a_citation_in_english(said: str, english: str) -> None:
    assert in_english(said) == english


def _bases(line: Line) -> Iterator[str]:
    for kind in line.kinds:
        yield from (limit.basis for limit in kind.procedure.limits)
    for listed in (line.settings, line.indicators, line.documents, line.tools):
        yield from (one.basis for one in listed)
    for register in line.registers:
        yield from (duty.basis for duty in register.duties)
    for table in towns.current().tables[line.key].values():
        for row in table.values():
            if {"basis", "since"} <= row.keys():
                yield row.get("basis_en") or row["basis"]


@pytest.mark.parametrize("line", lines.found().values(), ids=lambda line: line.key)
def test_no_basis_of_an_english_page_is_in_chinese_alone(line: Line) -> None:
    for said in _bases(line):
        rest = in_english(said)
        for title in titles():
            rest = rest.replace(f"({title})", "")
        assert not CHINESE.search(rest), rest
