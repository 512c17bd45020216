"""A request as a curl line that runs as pasted, once the variables in it are set."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from contract_tests.exchange import Request
from contract_tests.showing.mask import Mask, header_word, is_plain
from contract_tests.showing.shell import Piece, printf, word


@dataclass(frozen=True, slots=True)
class Written:
    """A request in pieces of text and of what the shell puts in. `raw`: the encoding of a body that no
    terminal takes as it is."""

    request: Request
    url: Sequence[Piece]
    headers: Sequence[tuple[str, Sequence[Piece]]]
    body: Sequence[Piece] | None = None
    raw: str | None = None


def written(request: Request, mask: Mask) -> Written:
    """A request with its secrets as variables."""
    headers = [(name, mask.value(name, value)) for name, value in request.headers]
    headers = [each for each in headers if (each[0].lower(), each[1]) != ("accept", ["*/*"])]  # curl's own
    raw = encoding_of(request.body)
    body = None if request.body is None else mask.pieces(request.body.decode(raw or "utf-8"))
    return Written(request, mask.pieces(request.url), headers, body, raw)


def encoding_of(body: bytes | None) -> str | None:
    """The encoding of a body that has characters which no terminal takes; None where it has none."""
    if body is None or is_plain(body):
        return None
    try:
        body.decode()
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def curl(given: Written, *, head: bool = True) -> list[str]:
    """The words of a curl line, options with their values; a body that no terminal takes is written by printf
    and piped in. `head`: whether status and headers are printed."""
    request = given.request
    words = [r"curl -siw '\n'" if head else "curl -s", *_switches(request), word(given.url)]
    words += [f"-H {header_word(name, value)}" for name, value in given.headers]
    if given.body is None:
        return words
    if not any(name.lower() == "content-type" for name, _ in request.headers):
        words.append("-H content-type:")  # else curl makes one up
    if given.raw is None:
        return [*words, f"--data-raw {word(given.body)}"]
    return [printf(given.body, given.raw), f"| {words[0]}", *words[1:], "--data-binary @-"]


def _switches(request: Request) -> list[str]:
    switches = []
    if request.method == "HEAD" and request.body is None:
        switches.append("-I")  # with -X HEAD curl waits for a body that never comes
    elif request.method != "GET" or request.body is not None:
        switches.append(f"-X {request.method}")
    if set(request.url) & set("[]{}"):
        switches.append("-g")
    if "/." in urlsplit(request.url).path:
        switches.append("--path-as-is")
    return switches
