"""Photos and documents of a case, for those who may see the case; small copies for lists."""

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from PIL import Image

from gridtown.cases import files, queries
from gridtown.cases.actions import NotFound
from gridtown.web.views.common import staff, visit_of

SMALL = 480  # pixels


@require_safe
@staff
def of_case(request: HttpRequest, number: str, sha: str) -> HttpResponse:
    """One file of a case within the reader's scope."""
    visit = visit_of(request)
    view = queries.case(number=number, scope=visit.scope, hats=visit.hats, now=visit.now)
    found = next((f for f in view.files if f.sha256 == sha), None) if view else None
    if found is None:
        raise NotFound
    return send(found.sha256, found.mime, found.name, small="small" in request.GET)


def send(sha: str, mime: str, name: str, *, small: bool) -> FileResponse:
    """The bytes; what bears a digest as its name never changes, so the browser may keep it."""
    path = files.path_of(sha)
    if not path.exists():
        raise NotFound
    if small and mime.startswith("image/"):
        path = _small(path)
    # a document is never shown inside the town's own pages
    download = not mime.startswith("image/")
    response = FileResponse(path.open("rb"), content_type=mime, filename=name, as_attachment=download)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _small(path: Path) -> Path:
    copy = path.with_suffix(".small")
    if not copy.exists():
        with Image.open(path) as picture:
            picture.thumbnail((SMALL, SMALL))
            draft = path.with_suffix(".making")
            picture.save(draft, "JPEG", quality=78)
            draft.replace(copy)
    return copy
