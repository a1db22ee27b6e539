"""The periods that figures are published for: a year, a quarter, a month, or the year up to a month."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Self

_DECEMBER = 12
_HALVES = {"上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12)}
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_PATTERNS = (
    re.compile(r"(?P<y>\d{4})年?"),
    re.compile(r"(?P<y>\d{4})年?(?P<half>上半年|下半年|全年)"),
    re.compile(r"(?P<y>\d{4})年?(?:-?q|第)?(?P<q>[1-4一二三四])(?:季度)"),
    re.compile(r"(?P<y>\d{4})-?q(?P<q>[1-4])"),
    re.compile(r"(?P<y>\d{4})(?:年|-|/)(?P<m>\d{1,2})月?(?:-0?1(?:00:00:00)?)?"),
    re.compile(r"(?P<y>\d{4})年?(?P<m>\d{1,2})(?:月)?(?:-|至|到)(?P<n>\d{1,2})月"),
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})\.\.(?P=y)-(?P<n>\d{2})"),
)


@dataclass(frozen=True, slots=True)
class Covered:
    """Whole months of one year, from the first to the last (both in it)."""

    year: int
    first: int
    last: int

    @classmethod
    def read(cls, text: str) -> Self:
        """2023, 2023年, 2023-Q2, 2023年二季度, 2023-05, 2023年1-5月, 2023年上半年; ValueError for anything else.

        A spreadsheet makes a date of 2023-05: the first of a month means that month.
        """
        said = re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).lower()
        for pattern in _PATTERNS:
            if found := pattern.fullmatch(said):
                return cls._of(found.groupdict())
        raise ValueError(f"not a period that figures are published for: {text!r}")

    @classmethod
    def _of(cls, found: dict[str, str | None]) -> Self:
        year = int(found["y"] or 0)
        if quarter := found.get("q"):
            last = _QUARTERS[quarter] * 3
            return cls(year, last - 2, last)
        if month := found.get("m"):
            first, last = int(month), int(found.get("n") or month)
        else:
            first, last = _HALVES[found.get("half") or "全年"]
        if not 1 <= first <= last <= _DECEMBER:
            raise ValueError(f"no months: {first} to {last}")
        return cls(year, first, last)

    @property
    def key(self) -> str:
        """The one way to write it: 2023, 2023-Q2, 2023-05 or 2023-01..2023-05."""
        if (self.first, self.last) == (1, _DECEMBER):
            return str(self.year)
        if self.first == self.last:
            return f"{self.year}-{self.first:02}"
        if self.last - self.first == 2 and self.last % 3 == 0:
            return f"{self.year}-Q{self.last // 3}"
        return f"{self.year}-{self.first:02}..{self.year}-{self.last:02}"

    @property
    def before(self) -> "Covered":
        """The same period of the year before."""
        return Covered(self.year - 1, self.first, self.last)

    @property
    def so_far(self) -> bool:
        """Whether it is the year up to some month."""
        return self.first == 1

    def span(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """When it begins and ends (that moment is no longer in it), in UTC."""
        after = date(self.year + 1, 1, 1) if self.last == _DECEMBER else date(self.year, self.last + 1, 1)
        begins, ends = (
            datetime.combine(day, time(), zone).astimezone(UTC)
            for day in (date(self.year, self.first, 1), after)
        )
        return begins, ends

    def said(self) -> str:
        """In Chinese, as it stands in a figure's name."""
        if (self.first, self.last) == (1, _DECEMBER):
            return f"{self.year}年"
        if self.first == self.last:
            return f"{self.year}年{self.first}月"
        if self.key[5:6] == "Q" and not self.so_far:
            return f"{self.year}年{'一二三四'[self.last // 3 - 1]}季度"
        return f"{self.year}年{self.first}-{self.last}月"
