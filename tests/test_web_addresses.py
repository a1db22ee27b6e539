"""Every address of the site: who may open it, and what comes of whatever is written into it."""

from urllib.parse import parse_qs, quote, urlsplit

import pytest

from gridtown.cases import actions
from gridtown.web.urls import urlpatterns
from tests.browsing import VILLAGE, client_of, reported

pytestmark = pytest.mark.usefixtures("nothing_cached")
STAFF = (
    "leader",
    "supervisor",
    "dispatcher",
    "receiver",
    "handler-urban",
    "admin",
    f"village-{VILLAGE}-receiver",
    f"grid-{VILLAGE}001",
)
PUBLIC = {
    "",
    "new",
    "new/suggest",
    "q/<str:place>",
    "f",
    "progress",
    "f/<str:number>",
    "f/<str:number>/sent",
    "f/<str:number>/file/<str:sha>",
    "f/<str:number>/<slug:verb>",
    "r/<int:record>",
    "r/<int:record>/token",
    "r/<int:record>/new/<slug:kind>",
    "r/<int:record>/case/<str:number>",
    "r/<int:record>/case/<str:number>/file/<str:sha>",
    "r/<int:record>/case/<str:number>/<slug:verb>",
    "open",
    "open/<str:number>",
    "open/<str:number>/file/<str:sha>",
    "open/<str:number>/<slug:verb>",
    "outline.geojson",
    "report/<str:year>",
    "report/editions",
    "report/editions/<str:number>",
    "report/editions/<str:number>/file/<str:name>",
    "report/editions/<str:number>/with/<str:other>",
    "lines",
    "lines/<slug:line>",
    "signin",
    "signout",
    "lang",
    "privacy",
    "manifest.webmanifest",
    "sw.js",
    "offline",
}


def addresses(receipt: actions.Receipt) -> dict[str, str]:
    """Every address of the site with something real in its places."""
    given = {
        "<str:place>": VILLAGE,
        "<str:number>": receipt.number,
        "<slug:verb>": "note",
        "<str:sha>": "0" * 64,
        "<slug:name>": "board",
        "<str:key>": "appeals.received",
        "<str:year>": "2023",
        "<str:other>": receipt.number,
        "<str:name>": "report.zh.docx",
        "<slug:line>": "patrol",
        "<slug:register>": "route",
        "<slug:kind>": "check",
        "<int:record>": "1",
        "<int:token>": "1",
        "<slug:token>": "none",
        "<slug:key>": "dispatcher",
        "<slug:tool>": "plan",
        "<slug:ending>": "csv",
    }
    found = {}
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        path = route
        for name, value in given.items():
            path = path.replace(name, value)
        found[route] = f"/{path}"
    return found


@pytest.mark.parametrize("post", ["", *(pytest.param(post, marks=pytest.mark.slow) for post in STAFF)])
def test_every_address_answers_every_role_sensibly(pingyao, post):
    receipt = reported(pingyao)
    browser = client_of(pingyao, post)
    for route, path in addresses(receipt).items():
        answer = browser.get(path, {"s": receipt.secret} if path.startswith("/f/") else {})
        without_font = (
            path.endswith(".pdf") and answer.status_code == 503 and "中文字体" in answer.content.decode()
        )
        assert answer.status_code < 500 or without_font, f"{path}: {answer.status_code}"
        if not post and route not in PUBLIC and answer.status_code != 405:
            assert answer.status_code == 302, f"{path} opens to strangers: {answer.status_code}"
            assert answer.headers["Location"].startswith("/signin?next=")


@pytest.mark.parametrize("path", ["/", "/new", "/signin", "/progress", "/lines"])
def test_what_can_be_read_can_be_asked_after_without_its_body(pingyao, path):
    """Monitors, and programs that show a link's preview, ask with HEAD."""
    assert client_of(pingyao).head(path).status_code == 200


ODD = ("²", "٣", "9" * 30, "-1", "zzz", "\x00", "~", "2024-01-01~9", "0000", "9999", "nan,nan,nan,nan")
ASKED = (
    "/desk?after=", "/desk?record=", "/desk?place=", "/desk?q=", "/desk?view=open&kind=", "/work?after=",
    "/notices?before=", "/map.json?zoom=3&bbox=", "/map.json?bbox=1,2,3,4&zoom=", "/leaders?period=",
    "/indicators/appeals.received?period=", "/indicators/appeals.received?place=", "/registers/patrol/route?after=",
    "/report/editions?after=", "/posts?village=", "/progress?year=", "/targets?year=", "/room/", "/f/", "/q/",
)  # fmt: skip


@pytest.mark.parametrize("path", ASKED)
def test_whatever_is_written_into_an_address_no_page_fails(pingyao, path):
    browser = client_of(pingyao, "supervisor")
    answers = {odd: browser.get(f"{path}{quote(odd)}").status_code for odd in ODD}
    assert not {odd: status for odd, status in answers.items() if status >= 500}


def test_after_signing_in_the_page_is_as_it_was_asked_for(pingyao):
    asked = "/desk?view=open&line=patrol"
    answer = client_of(pingyao).get(asked)
    (to,) = parse_qs(urlsplit(answer.headers["Location"]).query)["next"]
    assert to == asked


@pytest.mark.parametrize("path", ["/report/2023/freeze", "/desk/bulk", "/lang"])
def test_an_address_that_only_takes_what_is_sent_says_so(pingyao, path):
    """Whoever signs in again lands on the address that a form was sent to, and must not see an empty page."""
    answer = client_of(pingyao, "supervisor").get(path)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "只用来提交" in answer.content.decode()
