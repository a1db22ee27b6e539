"""A printed document as an answer over HTTP, the same from the pages and from the interface."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from gridtown.papers.printing import Printed

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def sent(paper: Printed) -> HttpResponse:
    """The Word file, to be saved under the document's name; nobody between may keep it."""
    headers = {
        "Content-Disposition": content_disposition_header(as_attachment=True, filename=paper.name),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(paper.docx(), content_type=WORD, headers=headers)
