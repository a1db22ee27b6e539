"""Two-dimensional codes as SVG, made here so that no service is asked."""

import io

import segno


def svg(text: str) -> str:
    """The code of a text; medium error correction survives a scratched sheet."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        scale=4,
        border=2,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        dark="#16201f",
        light="#fff",
    )
    return out.getvalue().decode()
