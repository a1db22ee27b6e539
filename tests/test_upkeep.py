"""What keeps an installation going: whose address counts, counts that processes share, texts read again."""

import os
import socket
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gridtown import town as towns
from gridtown.api.management.commands import serve
from gridtown.dispatch import doctor
from gridtown.papers import template, texts
from gridtown.people import pacing
from gridtown.people.address import address_of
from gridtown.people.models import Pace
from tests.conftest import NOON, Here


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "10.0.0.9"),
        (0, "1.2.3.4", "10.0.0.9"),  # nobody's word is taken unasked
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),  # what the caller has written itself stands further left
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.8", "1.2.3.4"),
        (2, "1.2.3.4", "1.2.3.4"),
        (1, "", "10.0.0.9"),
    ],
)
def test_so_many_hops_are_believed_as_there_are_proxies(
    settings: object, proxies: int, forwarded: str, address: str
) -> None:
    settings.GRIDTOWN_PROXIES = proxies  # type: ignore[attr-defined]
    assert address_of({"REMOTE_ADDR": "10.0.0.9", "HTTP_X_FORWARDED_FOR": forwarded}) == address


@pytest.mark.django_db
def test_counts_are_shared_end_with_their_window_and_are_swept() -> None:
    assert [pacing.count("a", NOON) for _ in range(3)] == [1, 2, 3]
    assert pacing.count("b", NOON) == 1
    assert pacing.count("a", NOON + pacing.WINDOW - timedelta(seconds=1)) == 4
    assert pacing.count("a", NOON + pacing.WINDOW) == 1
    assert set(Pace.objects.values_list("slot", flat=True)) == {"a"}, "what is over is forgotten"


def test_the_listener_runs_beside_the_server_where_a_broker_is_set(settings: object) -> None:
    both = {"no_ticker": False, "no_listener": False}
    settings.GRIDTOWN_MQTT_URL = ""  # type: ignore[attr-defined]
    assert [command[0] for command in serve._beside("zh", **both)] == ["tick"]
    settings.GRIDTOWN_MQTT_URL = "mqtt://127.0.0.1"  # type: ignore[attr-defined]
    assert [command[0] for command in serve._beside("zh", **both)] == ["tick", "listen"]
    assert list(serve._beside("zh", no_ticker=True, no_listener=True)) == []


def test_the_doctor_says_whether_the_broker_answers(pingyao: Here, settings: object) -> None:
    def said() -> dict[str, str]:
        return {f.key: f.level for f in doctor.examine(now=NOON) if f.key.startswith("broker")}

    settings.GRIDTOWN_MQTT_URL = ""  # type: ignore[attr-defined]
    assert said() == {}
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.GRIDTOWN_MQTT_URL = f"mqtt://127.0.0.1:{server.getsockname()[1]}"  # type: ignore[attr-defined]
        assert said() == {"broker": "fine"}
    assert said() == {"broker_gone": "trouble"}
    settings.GRIDTOWN_MQTT_URL = "http://somewhere"  # type: ignore[attr-defined]
    assert said() == {"broker_wrong": "trouble"}


def test_a_changed_text_is_printed_without_a_restart(tmp_path: Path) -> None:
    town = replace(towns.current(), folder=tmp_path)
    line = town.lines["appeals"]
    usual = texts.now(town, "appeals", "reply").said
    assert usual == line.texts["reply"].said
    own = tmp_path / "documents" / "appeals.reply.txt"
    own.parent.mkdir()
    for n, said in enumerate(("# 复函", "# 答复函")):
        own.write_text(said, "utf-8")
        os.utime(own, ns=(n, n))
        assert texts.now(town, "appeals", "reply").said == said
        assert template.read(town, line, line.documents[0]).written({}) == said
    own.unlink()
    assert texts.now(town, "appeals", "reply").said == usual
