"""Setting an installation up, and being told in plain words what is not in order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from gridtown import town as towns
from gridtown.cases import actions, ledger, store
from gridtown.cases.actions import Point
from gridtown.dispatch import doctor, notices, ticker
from gridtown.dispatch.models import Mark
from gridtown.dispatch.words import own_words
from gridtown.people import snapshot as people
from gridtown.people.models import Account, Post
from gridtown.places import stamp
from tests.conftest import NOON, RESIDENT, Here

pytestmark = pytest.mark.slow


def found(now: datetime = NOON) -> dict[str, str]:
    """What the doctor says: key -> level."""
    return {finding.key: finding.level for finding in doctor.examine(now=now)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A town folder to spoil: a copy of the files that the town reads first."""
    here = towns.current()
    for name in ("town.toml", "calendar.toml", "limits.toml", "settings.toml"):
        (tmp_path / name).write_text((here.folder / name).read_text("utf-8"), "utf-8")
    monkeypatch.setattr(towns, "current", lambda: replace(here, folder=tmp_path))
    return tmp_path


def test_a_sound_installation_is_called_sound(pingyao: Here) -> None:
    Path(settings.GRIDTOWN_HOME, "secrets.json").chmod(0o600)
    ticker.tick(NOON)
    said = found()
    assert "trouble" not in said.values()
    assert said["triggers"] == said["database"] == said["ticker"] == said["secrets"] == "fine"
    assert said["calendar"] == "fine"
    assert "calendar_provisional" in said
    assert set(said) <= {key.removeprefix("doctor.") for key in own_words()}


@pytest.mark.parametrize(
    ("year", "spoilt", "key", "level"),
    [
        (2026, "[years.2027]", "calendar_next", "warn"),
        (2027, "[years.2027]", "calendar_gone", "trouble"),
        (2026, "", "calendar_provisional", "warn"),
        (2027, "", "calendar_provisional", "trouble"),
        (2027, "", "calendar_next", "warn"),
    ],
)
def test_the_calendar_of_this_and_the_next_year(
    pingyao: Here, folder: Path, year: int, spoilt: str, key: str, level: str
) -> None:
    path = folder / "calendar.toml"
    if spoilt:
        path.write_text(path.read_text("utf-8").split(spoilt)[0], "utf-8")
    assert found(datetime(year, 6, 1, tzinfo=UTC))[key] == level


def test_a_key_file_that_others_can_read_is_trouble(pingyao: Here) -> None:
    path = Path(settings.GRIDTOWN_HOME, "secrets.json")
    path.chmod(0o644)
    assert found()["secrets_open"] == "trouble"
    path.chmod(0o600)
    assert found()["secrets"] == "fine"


def test_a_missing_trigger_is_trouble(pingyao: Here) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER cases_entry_no_DELETE")
        else:
            cursor.execute("ALTER TABLE cases_entry DISABLE TRIGGER cases_entry_append_only")
    [gone] = [f for f in doctor.examine(now=NOON) if f.key == "triggers_gone"]
    assert gone.level == "trouble"
    assert "cases_entry" in gone.params["what"]


def test_a_ticker_that_stands_still_is_trouble(pingyao: Here) -> None:
    assert found()["ticker_never"] == "warn"
    actions.report(
        line="appeals", kind="matter", answers={"description": "路灯不亮"}, by=RESIDENT, now=NOON, key="k",
        channel="qr", point=Point(*pingyao.inside()),
    )  # fmt: skip
    ticker.tick(NOON)
    later = NOON + timedelta(hours=5)
    said = found(later)
    assert said["ticker_late"] == said["waiting"] == "trouble"
    ticker.tick(later)
    assert found(later)["ticker"] == "fine"
    Mark.objects.update(said='{"failed":["notices"]}')
    assert found(later)["ticker_failed"] == "trouble"


def test_robots_that_are_wrong_or_stuck_are_named(pingyao: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found()["robots_none"] == "fine"
    monkeypatch.setenv("GRIDTOWN_WECOM_URL", "http://example.org/send")
    assert found()["robots_wrong"] == "trouble"
    monkeypatch.setenv("GRIDTOWN_WECOM_URL", "http://127.0.0.1:9/send")
    notices.send_out(now=NOON)
    actions.report(
        line="appeals", kind="matter", answers={"description": "路灯不亮"}, by=RESIDENT, now=NOON, key="k",
        channel="qr", point=Point(*pingyao.inside()),
    )  # fmt: skip
    notices.send_out(now=NOON)
    assert found()["robots_stuck"] == "warn"


def test_a_town_folder_that_cannot_be_read_is_said_first(
    pingyao: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise towns.TownFolderError("limits.toml: appeals.matter has no limit handel")

    monkeypatch.setattr(towns, "current", broken)
    assert found()["town_folder"] == "trouble"


def test_the_command_ends_with_an_error_only_when_something_must_be_mended(
    pingyao: Here, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(settings.GRIDTOWN_HOME, "secrets.json")
    path.chmod(0o600)
    call_command("doctor", "--lang", "en")
    assert "to mind" in capsys.readouterr().out
    path.chmod(0o604)
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--lang", "en")
    path.chmod(0o600)
    assert ended.value.code == 1
    assert "X The key file" in capsys.readouterr().out


@pytest.mark.django_db
def test_init_makes_a_town_that_can_be_signed_in_to_and_twice_changes_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    call_command("init", "--lang", "en", "--admin", "first")
    said = capsys.readouterr().out
    assert "Pingyao is ready" in said
    password = next(line.rpartition(" ")[2] for line in said.splitlines() if "its password" in line)
    account = Account.objects.get(username="first")
    assert account.check_password(password)
    assert Post.objects.count() > 100
    assert {hat.post for hat in people.current().hats(account.pk)} == {"admin"}
    entries = store.fetch("SELECT count(*) FROM cases_entry", [])
    value = stamp.read()
    call_command("init", "--lang", "en", "--admin", "first")
    said = capsys.readouterr().out
    assert "Divisions and grids: 0 rows" in said
    assert "(0 new, 0 changed, 0 closed)" in said
    assert "unchanged" in said
    assert stamp.read() == value
    assert store.fetch("SELECT count(*) FROM cases_entry", []) == entries
    assert not ledger.verify().faults


def test_an_account_is_given_a_post_or_nothing_at_all(pingyao: Here) -> None:
    with pytest.raises(CommandError, match="post"):
        call_command("account", "someone", "--post", "nonsense", "--lang", "en")
    before = pingyao.post("receiver").holders if people.current().post("receiver") else ()
    call_command("account", "someone", "--post", "supervisor")
    account = Account.objects.get(username="someone")
    assert pingyao.post("supervisor").holders == (account.pk,)
    assert before == (pingyao.post("receiver").holders if people.current().post("receiver") else ())
    old = account.password
    call_command("account", "someone", "--reset")
    assert Account.objects.get(username="someone").password != old
