"""The page and the interface that check a draft: for staff only, coloured in place, and the file again with notes."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridtown.feeds.registers import drafts
from gridtown.people.models import Account
from gridtown.report.claims.answering import files
from tests.calling import Api
from tests.conftest import NOON, Here

DRAFT = "全年办结率达99%，引进企业3家。引进制造业项目3个、服务业项目4个，共8个。"


@pytest.fixture(autouse=True)
def _home(tmp_path, settings, monkeypatch):
    settings.GRIDTOWN_HOME = tmp_path
    monkeypatch.setattr("gridtown.town.clock.now", lambda: NOON)


@pytest.fixture
def leader(pingyao: Here) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=pingyao.post("leader").holders[0]))
    return client


def test_a_pasted_draft_is_shown_with_its_figures_marked(leader):
    page = leader.post("/claims", {"text": DRAFT, "period": "2026"}).content.decode()
    assert page.count('class="claim ') == 5
    assert 'href="/indicators/appeals.closed_of_handled?period=2026"' in page
    assert "各项之和是 7，文中写 8个" in page


def test_what_is_in_the_draft_is_text_and_nothing_else(leader):
    page = leader.post(
        "/claims", {"text": "<script>alert(1)</script>企业3家", "period": "2026"}
    ).content.decode()
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": "  "},
        {"text": "企业3家", "period": "never"},
        {"file": SimpleUploadedFile("a.pdf", b"%PDF")},
    ],
)
def test_what_cannot_be_read_is_told_in_words(leader, sent):
    answer = leader.post("/claims", sent)
    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)


def test_a_file_comes_back_with_notes_to_its_sender_only(leader, pingyao):
    leader.post("/claims", {"file": SimpleUploadedFile("稿.txt", DRAFT.encode("gb18030")), "period": "2026"})
    (kept,) = (path.name.partition("-")[2] for path in drafts._folder().iterdir())
    answer = leader.get(f"/claims/{kept}.docx?period=2026")
    assert files.draft("a.docx", answer.content).text.strip() == DRAFT
    assert "-checked.docx" in answer["Content-Disposition"]
    other = Client()
    other.force_login(Account.objects.get(pk=pingyao.post("receiver").holders[0]))
    assert other.get(f"/claims/{kept}.docx").status_code == 404


def test_it_is_for_staff(pingyao):
    assert Client().post("/claims", {"text": DRAFT}).status_code in {302, 403}


def test_the_same_over_the_interface(pingyao):
    api = Api(pingyao, "leader")
    told = api.post("claims/check", {"text": DRAFT, "period": "2026"}).json()
    assert (len(told["claims"]), told["wrong"], told["findings"][0]["fault"]) == (5, True, "sum")
    assert told["claims"][0]["suggested"][0]["indicator"] == "appeals.closed_of_handled"
    read = api.post("claims/read", {"text": DRAFT, "period": "2026"}).json()["claims"]
    assert [claim["text"] for claim in read] == ["99%", "3家", "3个", "4个", "8个"]
    assert api.post("claims/read", {"text": ""}).status_code == 400
    assert Api(pingyao).post("claims/read", {"text": DRAFT}).status_code in {401, 403, 404}
