"""Documents that are uploaded: what they are follows from their bytes, and they come back as they were."""

import io
import re
import zipfile
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as Word
from openpyxl import Workbook

from gridtown.cases import actions, files
from gridtown.cases.models import Upload
from gridtown.kernel.told import Refused
from tests.browsing import OTHER, VILLAGE, client_of
from tests.conftest import Here

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 27, 2, tzinfo=UTC)
PDF = b"%PDF-1.4\n%made up\n"


def packed(**names: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in names.items():
            archive.writestr(name, data)
    return out.getvalue()


def word() -> bytes:
    out = io.BytesIO()
    Word().save(out)
    return out.getvalue()


def sheet() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "kept"),
    [(PDF, "协议.PDF", "协议.pdf"), (word(), "a.docx", "a.docx"), (sheet(), "a.bin", "a.xlsx")],
    ids=["pdf", "docx", "xlsx by another name"],
)
def test_a_document_is_kept_as_it_is(data: bytes, name: str, kept: str) -> None:
    digest = files.put_document(io.BytesIO(data), name, now=NOW)
    assert files.path_of(digest).read_bytes() == data
    assert Upload.objects.get(pk=digest).name == kept


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"MZ\x90\x00", "file_not_document"),
        (b"<html><script>", "file_not_document"),
        (packed(readme=b"x"), "file_not_document"),
        (packed(**{"xl/workbook.xml": b"x", "xl/vbaProject.bin": b"x"}), "file_not_document"),
        (b"PK\x03\x04 broken", "file_not_document"),
        (PDF + b"x" * (20 * 2**20), "file_too_big"),
    ],
    ids=["program", "page", "archive", "macros", "broken", "too big"],
)
def test_what_could_run_or_is_no_document_is_not_taken_in(data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        files.put_document(io.BytesIO(data), "a", now=NOW)


def test_a_document_goes_up_with_a_move_and_comes_down_again(pingyao: Here) -> None:
    grid = f"{VILLAGE}001"
    unit = actions.keep(
        line="safety", register="unit", answers={"name": "示例厂", "kind": "enterprise", "trade": "manufacturing"},
        by=pingyao.hats("supervisor"), now=NOW, key="d:unit", place=grid,
    )  # fmt: skip
    said = {"description": "灭火器过期", "source": "patrol", "unit": unit, "category": "fire_equipment"}
    told = actions.report(
        line="safety", kind="hazard", answers=said, by=pingyao.hats(f"grid-{grid}"), now=NOW, key="d:hazard",
        channel="patrol", place=grid,
    )  # fmt: skip
    worker = client_of(pingyao, f"grid-{grid}")
    page = worker.get(f"/case/{told.number}/clear").content.decode()
    [key] = re.findall(r'name="_key" value="([^"]+)"', page.split('id="move-form"')[1])
    sent = worker.post(
        f"/case/{told.number}/clear",
        {"_key": key, "result": "已更换", "file": SimpleUploadedFile("验收单.pdf", PDF, "application/pdf")},
    )
    assert sent.status_code == 302, sent.content.decode()
    page = worker.get(f"/case/{told.number}").content.decode()
    [path] = set(re.findall(rf'href="(/file/{told.number}/[0-9a-f]{{64}})"', page))
    down = worker.get(path)
    assert b"".join(down.streaming_content) == PDF
    assert "attachment" in down.headers["Content-Disposition"]
    assert client_of(pingyao, f"grid-{OTHER}001").get(path).status_code == 404, "not on that ground"
    wrong = worker.post("/api/files?document=true", {"file": SimpleUploadedFile("a.pdf", b"MZ")})
    assert wrong.status_code == 422
