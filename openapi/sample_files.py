"""The smallest files of kinds that programs open: what a made-up image or archive is."""

import base64

_FILES = {
    "image/png": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "image/gif": "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
    "image/bmp": "Qk06AAAAAAAAADYAAAAoAAAAAQAAAAEAAAABABgAAAAAAAQAAAATCwAAEwsAAAAAAAAAAAAA////AA==",
    "application/zip": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==",
    "application/gzip": "H4sIAAAAAAAC/wMAAAAAAAAAAAA=",
}
_FILES |= {
    "application/x-zip-compressed": _FILES["application/zip"],
    "application/x-gzip": _FILES["application/gzip"],
}

_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


def sample_file(media_type: str) -> str | None:
    """A file of a media type (an essence), one letter per byte; None of a type that nobody here can make."""
    if media_type == "application/pdf":
        return _pdf()
    if media_type == "image/svg+xml":
        return _SVG
    written = _FILES.get("image/png" if media_type == "image/*" else media_type)
    return None if written is None else base64.b64decode(written).decode("latin-1")


def _pdf() -> str:
    """One empty page (ISO 32000-1, annex H.2)."""
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    )
    text, places = "%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj{each}endobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{end}"
