"""Texts of a format that are valid and not the usual spelling."""

from collections.abc import Iterator

from openapi.extremes.extent import Extent, Extreme

FREE = {None, "password", "string", "text", "multiline", "markdown", "html"}
"""Formats that any text is of."""

_UNUSUAL: dict[str, dict[str, str]] = {
    "date-time": {
        "offset": "2019-08-24T14:15:22+05:30",
        "negative_offset": "2019-08-24T14:15:22-11:00",
        "milliseconds": "2019-08-24T14:15:22.120Z",
        "microseconds": "2019-08-24T14:15:22.123456Z",
        "nanoseconds": "2019-08-24T14:15:22.123456789Z",
        "lower": "2019-08-24t14:15:22z",
        "leap_day": "2024-02-29T23:59:59Z",
        "leap_second": "2016-12-31T23:59:60Z",
        "old": "1969-12-31T23:59:59Z",
        "far": "9999-12-31T23:59:59Z",
    },
    "date": {"leap_day": "2024-02-29", "old": "1899-12-31", "far": "9999-12-31"},
    "time": {"offset": "14:15:22+05:30", "microseconds": "14:15:22.123456Z", "midnight": "00:00:00Z"},
    "duration": {"every_part": "P1Y2M3DT4H5M6S", "weeks": "P2W", "nothing": "PT0S"},
    "uuid": {
        "upper": "6310DB44-39C9-4E4D-8B67-83C45700E545",
        "nil": "00000000-0000-0000-0000-000000000000",
        "version_7": "01890a5d-ac96-774b-bcce-b302099a8057",
    },
    "email": {
        "plus": "first.last+tag@example.com",
        "upper": "User@EXAMPLE.com",
        "hyphens": "o'neil_x@a-b.example.org",
        "quoted": '"a b"@example.com',
    },
    "ipv4": {"zero": "192.0.2.0", "highest": "255.255.255.255"},
    "ipv6": {"short": "::1", "mapped": "::ffff:192.0.2.1", "upper": "2001:DB8::A"},
    "uri": {
        "every_part": "https://user@example.com:8443/a%20b/?x=1&y=2#top",
        "urn": "urn:isbn:0451450523",
        "upper": "HTTPS://EXAMPLE.COM/A",
    },
    "hostname": {"label": "localhost", "punycode": "xn--nxasmq6b.example", "digits": "1.2.example"},
    "byte": {"padding": "AA==", "signs": "+/+/"},
}  # fmt: skip
_SAME = {"idn-email": "email", "iri": "uri", "uri-reference": "uri", "url": "uri", "idn-hostname": "hostname"}


def of_format(extent: Extent) -> Iterator[Extreme]:
    """The unusual spellings of the format, `format_offset` and the like."""
    for name in extent.all("format"):
        for kind, text in _UNUSUAL.get(_SAME.get(str(name), str(name)), {}).items():
            yield Extreme(f"format_{kind}", text, f"{name} spelled {text}", "format")


def is_free(extent: Extent) -> bool:
    """Whether any text may stand here, as far as formats and encodings tell."""
    return extent.first("contentEncoding") is None and all(
        isinstance(name, str) and name in FREE for name in extent.all("format")
    )
