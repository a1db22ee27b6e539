"""The public message board's file through its mapping; its texts stay out of the repository."""

from pathlib import Path

import pytest

from gridtown import town as towns
from gridtown.cases.models import Case
from gridtown.feeds.importing.cases import import_cases
from gridtown.feeds.importing.mapping import load
from gridtown.kernel.told import Actor
from tests.conftest import Here

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "messages_hangzhou.csv"
BY = Actor(person="import", post="", roles=frozenset(), place="330110110", clearance=9)


def test_every_code_of_the_mapping_is_in_the_towns_dictionary() -> None:
    town = towns.current()
    mapping = load(town.folder / "imports" / "hangzhou_messages.toml")
    assert set(mapping.codes["domain"].values()) <= set(town.tables["appeals"]["category"])


@pytest.mark.shared
def test_all_messages_go_in_and_twice_changes_nothing(pingyao: Here, tmp_path: Path) -> None:
    if not REAL.exists():
        pytest.skip("the real input does not lie beside the repository")
    mapping = load(pingyao.town.folder / "imports" / "hangzhou_messages.toml")
    first, second = (
        import_cases(REAL, mapping, town=pingyao.town, by=BY, errors=tmp_path / "errors.csv")
        for _ in range(2)
    )
    assert (first.read, first.added, first.bad) == (659, 659, 0)
    assert (second.added, second.closed, second.same) == (0, 0, 659)
    assert Case.objects.filter(ended=True).count() == 399  # 已办理
    assert Case.objects.filter(ended=False, due=None).count() == 260  # 待回复 and 办理中
    assert Case.objects.filter(category="property_service").count() == 260  # 城建
    assert Case.objects.filter(category="other").count() == 17 + 9  # without a domain, and 旅游
