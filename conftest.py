"""What every test lives by: no network, skips that say why, and a browser where one is asked for."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

ROOT = Path(__file__).parent
SHARED = ROOT.parent / "shared" / "data"
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
# A shared machine is slow at times, and a check that fails must fail again; `.ci/run` asks for more examples once.
settings.register_profile(
    "gridtown",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    max_examples=int(os.environ.get("EXAMPLES", "40")),
)
settings.load_profile("gridtown")
LOCAL = ("127.0.0.1", "::1", "localhost")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot answer, and say what is missing."""
    missing = {
        "browser": None if CHROMIUM else "no Chromium here",
        "postgres": None if os.environ.get("DATABASE_URL", "").startswith("postgres") else "no DATABASE_URL",
        "shared": None if SHARED.is_dir() else "no real input beside the repository",
    }
    for item in items:
        for mark, reason in missing.items():
            if reason and item.get_closest_marker(mark):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that talks to another machine fails at once instead of depending on it."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOCAL:
            raise RuntimeError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", local_only)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real input; use it only with the marker `shared`."""
    return SHARED


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    # The browser's own event loop lives in this thread, and Django would refuse the database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


def _window(browser: Browser, **options: Any) -> Iterator[Page]:
    """A fresh window that fails its test on any script error and on any request to another machine."""
    context: BrowserContext = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
    context.set_default_timeout(10_000)
    faults: list[str] = []

    def asked(request: Request) -> None:
        if request.url.startswith("http") and not request.url.startswith(tuple(f"http://{h}" for h in LOCAL)):
            faults.append(f"asked another machine: {request.url}")

    context.on("request", asked)
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    yield page
    context.close()
    assert not faults, faults


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A desk's window, 1280 by 800."""
    yield from _window(browser, viewport={"width": 1280, "height": 800})


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A phone's window, 390 by 844, with touch and a place (the old town's centre)."""
    yield from _window(
        browser,
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
        geolocation={"longitude": 112.176, "latitude": 37.203},
        permissions=["geolocation"],
    )
