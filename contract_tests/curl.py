"""A request as a curl line that runs as pasted, once the variables in it are set."""

from urllib.parse import urlsplit

from contract_tests.exchange import Request
from contract_tests.mask import Mask, is_plain


def curl(request: Request, mask: Mask) -> str:
    """The curl line; a body that no terminal takes is written by printf and piped in."""
    words = ["curl -si", *_switches(request)]
    words += [f"-H {mask.header(name, value)}" for name, value in request.headers]
    if request.body is not None and not any(name.lower() == "content-type" for name, _ in request.headers):
        words.append("-H content-type:")  # else curl makes one up
    before = ""
    if request.body is not None and is_plain(request.body):
        words.append(f"--data-raw {mask.word(request.body)}")
    elif request.body is not None:
        before = mask.printf(request.body) + " | "
        words.append("--data-binary @-")
    return before + " ".join([*words, mask.word(request.url.encode())])


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
