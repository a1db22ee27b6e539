"""Files that come with an entry, kept under their digest: documents, and pictures rid of their metadata."""

import hashlib
import io
import os
import zipfile
from datetime import datetime
from pathlib import Path
from threading import get_ident
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction
from PIL import Image, ImageOps, UnidentifiedImageError

from gridtown.cases.models import Upload
from gridtown.kernel.told import Refused

LONGEST_SIDE = 1920  # pixels: enough to see a crack, small enough for a village's line
SIGNATURE_SIDE = 1200  # pixels: 10 cm on paper at 300 dpi
Image.MAX_IMAGE_PIXELS = 80_000_000


def put_photo(file: BinaryIO, name: str, *, now: datetime) -> str:
    """Take in a picture and answer its digest; what a phone writes into it (place, owner) is dropped."""
    picture = _read(file).convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82)
    return _keep(out.getvalue(), Path(name).stem[:100] + ".jpg", "image/jpeg", now)


def put_signature(file: BinaryIO, name: str, *, now: datetime) -> str:
    """Take in a signature, drawn on the screen or photographed, and answer its digest.

    It is kept as a grey PNG on white, whose thin lines stay sharp on paper; a blank one is refused.
    """
    picture = _read(file).convert("RGBA")
    picture.thumbnail((SIGNATURE_SIDE, SIGNATURE_SIDE))
    white = Image.new("RGBA", picture.size, "white")
    drawn = Image.alpha_composite(white, picture).convert("L")
    low, high = drawn.getextrema()
    if low == high:
        raise Refused("signature_blank")
    out = io.BytesIO()
    drawn.save(out, "PNG", optimize=True)
    return _keep(out.getvalue(), Path(name).stem[:100] + ".png", "image/png", now)


def put_document(file: BinaryIO, name: str, *, now: datetime) -> str:
    """Take in a document (PDF, Word, Excel, picture) as it is and answer its digest; nothing that could run.

    What it is follows from its first bytes, not from what its name says.
    """
    limit = settings.GRIDTOWN_DOCUMENT_MB
    raw = file.read(limit * 1024 * 1024 + 1)
    if len(raw) > limit * 1024 * 1024:
        raise Refused("file_too_big", limit=limit)
    found = next((kind for begins, kind in _DOCUMENTS if raw.startswith(begins)), None)
    kind = _office(raw) if found == _ZIP else found
    if kind is None:
        raise Refused("file_not_document")
    suffix, mime = kind
    return _keep(raw, Path(name).stem[:100] + suffix, mime, now)


def put_made(data: bytes, name: str, mime: str, *, now: datetime) -> str:
    """Keep a file that this program has made itself, such as a report's data, and answer its digest."""
    return _keep(data, name[:104], mime, now)


_ZIP = (".zip", "application/zip")
_DOCUMENTS = (
    (b"%PDF-", (".pdf", "application/pdf")),
    (b"\xff\xd8\xff", (".jpg", "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", (".png", "image/png")),
    (b"PK\x03\x04", _ZIP),
)
_OFFICE = {
    "word/": (".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/": (".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def _office(raw: bytes) -> tuple[str, str] | None:
    """Word or Excel without macros; any other archive is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            names = packed.namelist()
    except zipfile.BadZipFile:
        return None
    if any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for folder, kind in _OFFICE.items() if any(n.startswith(folder) for n in names)), None)


def _read(file: BinaryIO) -> Image.Image:
    """The picture that a file holds, turned upright; Refused where it is too big or none."""
    limit = settings.GRIDTOWN_PHOTO_MB
    raw = file.read(limit * 1024 * 1024 + 1)
    if len(raw) > limit * 1024 * 1024:
        raise Refused("file_too_big", limit=limit)
    try:
        with Image.open(io.BytesIO(raw)) as opened:
            return ImageOps.exif_transpose(opened).convert("RGBA" if opened.has_transparency_data else "RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise Refused("file_not_picture") from None


def _keep(data: bytes, name: str, mime: str, now: datetime) -> str:
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.{get_ident()}")  # the same picture may come twice at once
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    try:
        with transaction.atomic():
            Upload.objects.create(sha256=digest, name=name, mime=mime, size=len(data), at=now)
    except IntegrityError:
        pass  # the same picture was sent before
    return digest


def path_of(digest: str) -> Path:
    """Where the bytes of a digest lie."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest
