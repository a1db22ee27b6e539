"""`gridtown demo`: from nothing to a town that can be signed in to; a second start finds everything done."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from gridtown import town as towns
from gridtown.cases import ledger
from gridtown.cases.models import Entry
from gridtown.demo.checks import taken
from gridtown.people.load import SIGN_INS
from gridtown.town import clock
from gridtown.warehouse import files


@pytest.fixture
def home(db: None, settings: Any, tmp_path: Path) -> Iterator[Path]:
    """A data folder of its own: a demonstration sets the clock of its installation back."""
    settings.GRIDTOWN_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "files"
    clock.behind.cache_clear()
    yield tmp_path
    clock.behind.cache_clear()


@pytest.mark.slow
def test_a_demonstration_is_made_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("demo", "--no-serve", "--days", "2")
    first = capsys.readouterr().out
    entries = list(Entry.objects.order_by("id").values_list("hash", flat=True))
    assert entries
    assert ledger.verify().faults == ()
    morning = clock.now().astimezone(towns.current().zone)
    assert (morning.isoformat()[:10], morning.hour) == ("2023-01-03", 8)
    assert files.read_manifest(files.folder_of(towns.current().code)) is not None

    call_command("demo", "--no-serve", "--days", "2", "--lang", "en")
    second = capsys.readouterr().out
    assert list(Entry.objects.order_by("id").values_list("hash", flat=True)) == entries
    assert "nothing is written again" in second

    lines = (home / SIGN_INS).read_text("utf-8").splitlines()
    password, names = lines[0].removeprefix("password: "), [line.split("\t")[0] for line in lines[1:]]
    assert {"leader", "dispatcher", "receiver", "verifier", "supervisor"} <= set(names)
    for said in (first, second):
        assert password in said
        assert all(name in said for name in names)
    assert authenticate(username="dispatcher", password=password) is not None


@pytest.mark.slow
def test_what_was_done_beside_the_walk_must_have_gone_well(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = home / "made"
    call_command("demo", "--no-serve", "--days", "1", "--meanwhile", f"touch '{made}'")
    assert made.exists()
    capsys.readouterr()
    fails = "sh -c 'echo there is no such; echo said so; exit 2'"
    with pytest.raises(CommandError, match=r"there is no such\s+said so"):
        call_command("demo", "--no-serve", "--days", "1", "--lang", "en", "--meanwhile", fails)
    assert "password" not in capsys.readouterr().out, "nobody is shown in to a town that cannot be served"


def test_what_is_wrong_with_the_machine_is_said_before_anything_is_done(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gridtown.demo.checks.SQLITE", (99, 0))
    monkeypatch.setattr("gridtown.demo.checks.NEEDED_MB", 10**9)
    monkeypatch.setattr("gridtown.demo.checks.taken", lambda port: True)
    monkeypatch.setattr("gridtown.demo.checks.connection", type("Here", (), {"vendor": "sqlite"}))
    with pytest.raises(CommandError) as refused:
        call_command("demo", "--port", "8123")
    said = str(refused.value)
    assert "8123" in said
    assert "SQLite" in said
    assert "MB" in said
    assert not Entry.objects.exists()


def test_a_town_without_a_scenario_has_no_demo_year(home: Path, settings: Any, tmp_path: Path) -> None:
    settings.GRIDTOWN_TOWN = towns.current().folder.parent / "boston"
    with pytest.raises(CommandError, match=r"scenario\.toml"):
        call_command("demo", "--no-serve")


def test_a_free_port_is_free() -> None:
    assert not taken(1)
