"""HTTP/1.1 over a socket (RFC 9112), for a client that must see what really comes.

No redirect is followed, nothing is retried, no proxy of the environment is asked. Header values are latin-1
text in the order in which they came. Whatever is not HTTP ends in a Broken with one sentence.
"""

import socket
import ssl
import time
import zlib
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from contract_tests.exchange import Answer

MOST = 10_000_000
"""Bytes of a body that are read."""

_MOST_HEAD = 256 * 1024
_CHUNK = 65536
_GRACE = 0.25
"""Seconds that a server is given to send, against RFC 9110, a body with an answer that has none."""

Headers = tuple[tuple[str, str], ...]


class Broken(Exception):
    """No answer came, and why. `nothing_sent`: the request cannot have arrived, so it may be sent again;
    `nothing_came`: not one byte came back, as when a kept connection was closed in the meantime."""

    def __init__(self, reason: str, *, nothing_sent: bool = False, nothing_came: bool = False) -> None:
        super().__init__(reason)
        self.nothing_sent, self.nothing_came = nothing_sent, nothing_came


@dataclass(frozen=True, slots=True)
class Peer:
    """Where a target listens."""

    scheme: str
    host: str
    port: int

    @staticmethod
    def of(url: str) -> "Peer":
        parts = urlsplit(url)
        usual = 443 if parts.scheme == "https" else 80
        return Peer(parts.scheme, parts.hostname or "", parts.port or usual)

    @property
    def header(self) -> str:
        """The value of Host (RFC 9110 section 7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.scheme == "https" else 80) else f"{host}:{self.port}"


class Connection:
    """One connection, for one thread, opened when it is made. Raises Broken."""

    def __init__(self, peer: Peer, timeout: float, tls: ssl.SSLContext | None = None) -> None:
        self._timeout = timeout
        self._left = bytearray()
        self.used = 0
        self.idle_since = time.monotonic()
        self.open = True
        try:
            self._socket = socket.create_connection((peer.host, peer.port), timeout=timeout)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                self._socket = tls.wrap_socket(self._socket, server_hostname=peer.host)
        except TimeoutError as error:
            raise Broken(f"silent for {timeout:g} s", nothing_sent=True) from error
        except (OSError, UnicodeError) as error:
            raise Broken(_reason(error), nothing_sent=True) from error
        self._raw_socket = tls is None

    def close(self) -> None:
        self.open = False
        self._socket.close()

    def is_stale(self) -> bool:
        """Whether the other side has closed, or sent what nobody asked for, since the last answer."""
        if not self._raw_socket:
            return False
        try:
            self._socket.setblocking(False)
            self._socket.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, InterruptedError):
            return False
        except OSError:
            return True
        finally:
            self._socket.settimeout(self._timeout)
        return True

    def ask(self, method: str, head: bytes, body: bytes) -> Answer:
        """The final answer to a request. `head`: request line and headers with the empty line after them.

        The connection closes where its next answer could not be told from what is left of this one. Raises
        Broken.
        """
        self._deadline = time.monotonic() + self._timeout
        self._came = False
        self.used += 1
        try:
            self._send(head + body)
            return self._answer(method)
        except Broken:
            self.close()
            raise
        except TimeoutError as error:
            self.close()
            ended = "it did not end" if self._came else "silent"
            raise Broken(f"{ended} for {self._timeout:g} s") from error
        except OSError as error:
            self.close()
            raise Broken(_reason(error), nothing_came=not self._came) from error
        except (ValueError, zlib.error) as error:
            self.close()
            raise Broken(f"it is not HTTP: {error}") from error
        except BaseException:  # interrupted in the middle: what is left of the answer belongs to nobody
            self.close()
            raise
        finally:
            self.idle_since = time.monotonic()

    def _send(self, data: bytes) -> None:
        self._patience()
        # It may answer before it has read everything (413), and close; the answer is still to be read.
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(data)

    def _answer(self, method: str) -> Answer:
        while True:
            version, status, headers = self._head()
            if status >= 200:
                break
            if status == 101:
                raise Broken("it changes to another protocol, which nobody asked for")
        low = [(name.lower(), value) for name, value in headers]
        if method == "HEAD" or status in (204, 304):
            body, framed = self._surplus(method, low)
        else:
            body, framed = self._body(low)
        if not (_keeps(version, low) and framed) or self._left:
            self.close()
        return Answer(status, headers, _decoded(body, low))

    def _head(self) -> tuple[str, int, Headers]:
        first = self._line()
        version, _, rest = first.partition(" ")
        if not version.startswith("HTTP/1.") or not rest[:3].isdecimal() or rest[3:4] not in ("", " "):
            raise Broken("it is not HTTP")
        headers: list[tuple[str, str]] = []
        size = 0
        while line := self._line():
            size += len(line)
            if size > _MOST_HEAD:
                raise Broken("its headers do not end")
            name, colon, value = line.partition(":")
            if line[0] in " \t" and headers:  # folded, RFC 9112 section 5.2
                headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
            elif colon:
                headers.append((name.strip(), value.strip(" \t")))
        return version, int(rest[:3]), tuple(headers)

    def _body(self, low: list[tuple[str, str]]) -> tuple[bytes, bool]:
        """The body, and whether it has an end of its own (RFC 9112 section 6.3)."""
        codings = [each.lower() for each in _listed(low, "transfer-encoding")]
        if codings and codings[-1] == "chunked":
            return self._chunks(), True
        lengths = set(_listed(low, "content-length"))
        if lengths and not codings:
            length = lengths.pop()
            if lengths or not length.isdecimal():
                raise Broken("its Content-Length is no single number")
            return self._exactly(int(length)), True
        return self._rest(), False

    def _surplus(self, method: str, low: list[tuple[str, str]]) -> tuple[bytes, bool]:
        """What comes with an answer that has no body (RFC 9110 section 6.4.1): nothing, where the server is
        right; and whether the connection can be kept.

        A HEAD asks for the connection to be closed, so its end shows; after 204 and 304 only headers that
        announce a body make it worth to wait.
        """
        announced = any(n == "transfer-encoding" or (n == "content-length" and v != "0") for n, v in low)
        if method == "HEAD" or announced:
            self._deadline = min(self._deadline, time.monotonic() + _GRACE)
            with suppress(TimeoutError, ConnectionError):
                while self._more() and len(self._left) < MOST:
                    pass
        found = self._take(len(self._left))
        return found, not (found or announced or method == "HEAD")

    def _chunks(self) -> bytes:
        found = bytearray()
        while size := self._chunk_size():
            if len(found) + size > MOST:
                raise Broken(f"its body is longer than {MOST} bytes, which is all that is read")
            found += self._exactly(size)
            if self._line():
                raise Broken("a chunk of its body is longer than it says")
        while self._line():
            pass  # trailers
        return bytes(found)

    def _chunk_size(self) -> int:
        text = self._line().partition(";")[0].strip()
        if not text or len(text) > 16 or set(text) - set("0123456789abcdefABCDEF"):
            raise Broken("a chunk of its body has no size")
        return int(text, 16)

    def _exactly(self, size: int) -> bytes:
        if size > MOST:
            raise Broken(f"its body is longer than {MOST} bytes, which is all that is read")
        while len(self._left) < size:
            if not self._more():
                raise Broken(f"its body ends after {len(self._left)} of {size} bytes")
        return self._take(size)

    def _rest(self) -> bytes:
        while self._more():
            if len(self._left) > MOST:
                raise Broken(f"its body is longer than {MOST} bytes, which is all that is read")
        return self._take(len(self._left))

    def _take(self, size: int) -> bytes:
        found = bytes(self._left[:size])
        del self._left[:size]
        return found

    def _line(self) -> str:
        while (end := self._left.find(b"\n")) < 0:
            if len(self._left) > _MOST_HEAD:
                raise Broken("a line of its head does not end")
            if not self._more():
                raise Broken("it closed the connection", nothing_came=not self._came)
        return self._take(end + 1).rstrip(b"\r\n").decode("latin-1")

    def _more(self) -> bool:
        """Reads what has come; False at the end."""
        self._patience()
        data = self._socket.recv(_CHUNK)
        self._came = self._came or bool(data)
        self._left += data
        return bool(data)

    def _patience(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)


def request_head(method: str, target: str, headers: Headers) -> bytes:
    """The bytes before the body. Raises ValueError for what no head may carry."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    text = "\r\n".join(lines)
    if any(c in line for line in lines for c in "\r\n\0") or not all(name for name, _ in headers):
        raise ValueError("a header has characters that no header may carry")
    return text.encode("latin-1") + b"\r\n\r\n"


def _keeps(version: str, low: list[tuple[str, str]]) -> bool:
    """Whether the connection stays open (RFC 9112 section 9.3)."""
    wishes = {wish.lower() for wish in _listed(low, "connection")}
    return "close" not in wishes and (version != "HTTP/1.0" or "keep-alive" in wishes)


def _listed(low: list[tuple[str, str]], wanted: str) -> list[str]:
    """The members of a header that is a list."""
    return [part.strip() for name, value in low if name == wanted for part in value.split(",")]


def _decoded(body: bytes, low: list[tuple[str, str]]) -> bytes:
    """A body that is compressed though nobody asked for it; what is not understood stays as it is."""
    coding = next((value.strip().lower() for name, value in low if name == "content-encoding"), "")
    if not body or coding not in ("gzip", "x-gzip", "deflate"):
        return body
    try:
        opened = zlib.decompressobj(47 if coding != "deflate" else 15).decompress(body, MOST + 1)
    except zlib.error:
        if coding != "deflate":
            return body
        opened = zlib.decompressobj(-15).decompress(body, MOST + 1)  # some mean it without its frame
    if len(opened) > MOST:
        raise Broken(f"its body is longer than {MOST} bytes, which is all that is read")
    return opened


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message}"
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error).lower() or type(error).__name__
