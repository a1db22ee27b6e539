"""Answers straight from the queries' structs; the contract is written from the same structs, so they agree."""

from typing import Any, TypeVar

import msgspec
from django.http import HttpRequest, HttpResponse

from gridtown.api.problems import Malformed, Problem

T = TypeVar("T")
_encode = msgspec.json.Encoder().encode
_spoken: dict[str, Any] = {"Problem": Problem}  # every struct that the contract names
_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}
REF = "#/components/schemas/{name}"
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PROBLEM = {
    "description": "Not done, and why (RFC 9457)",
    "content": {"application/problem+json": {"schema": {"$ref": REF.format(name="Problem")}}},
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{8,64}$"},
    "description": "Another one for each submission; sent again, the first result is answered and nothing is done.",
}


def answer(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> HttpResponse:
    """A value as JSON; nobody between may keep it."""
    return HttpResponse(
        _encode(value),
        status=status,
        content_type="application/json",
        headers={**HEADERS, **(headers or {})},
    )


def body_of(request: HttpRequest, shape: type[T]) -> T:
    """The request's body in this shape; msgspec's error becomes a 400 that names the field."""
    decoder = _DECODERS.get(shape)
    if decoder is None:
        decoder = _DECODERS[shape] = msgspec.json.Decoder(shape)
    if not request.body:
        raise Malformed
    found: T = decoder.decode(request.body)
    return found


_UPLOAD = {"multipart/form-data": {"schema": {
    "type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}},
}}}  # fmt: skip


def says(
    struct: Any = None, *, status: int = 200, takes: Any = None, writes: bool = False, file: str = "",
    uploads: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What the contract says of an operation: keyword arguments for its route.

    struct: what it answers, or `file`: the media type of the file that it answers. takes: what its body holds.
    writes: it needs an idempotency key. uploads: its body is a form with the field `file`.
    """
    content = {file: _FILE} if file else {"application/json": {"schema": _ref(struct)}}
    extra: dict[str, Any] = {
        "responses": {
            status: {"content": content},
            "4XX": _PROBLEM,
            "5XX": _PROBLEM,
        }
    }
    if takes is not None:
        extra["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(takes)}}}
    if uploads:
        extra["requestBody"] = {"required": True, "content": _UPLOAD}
    if writes:
        extra["parameters"] = [_KEY]
    return {"response": {status: None}, "openapi_extra": extra}


def _ref(struct: Any) -> dict[str, Any]:
    """A reference to the struct, which the components then hold."""
    (schema,), _ = msgspec.json.schema_components([struct], ref_template=REF)
    _spoken[repr(struct)] = struct
    return schema


def components() -> dict[str, Any]:
    """The JSON schema of every struct that the contract names, by name."""
    _, found = msgspec.json.schema_components(list(_spoken.values()), ref_template=REF)
    return dict(sorted(found.items()))
