"""Where a document lies, what its references lead to, and how far they may lead."""

import os
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import url2pathname

STDIN = "-"
_WEB = ("http", "https")


def is_web(text: str) -> bool:
    """Whether a text is an http or https URL."""
    return text[:8].lower().startswith(("http://", "https://"))


@dataclass(frozen=True, slots=True)
class Location:
    """A file by its path as people wrote it, or an http(s) URL."""

    name: str

    @property
    def web(self) -> bool:
        return is_web(self.name)

    @property
    def key(self) -> str:
        """The same for one document by whatever name."""
        return self.name if self.web else os.path.realpath(self.name)

    def join(self, reference: str) -> "Location | None":
        """Where a relative or absolute reference leads from here, fragment aside; None: nowhere we go."""
        try:
            return self._joined(urldefrag(reference)[0])
        except ValueError:  # no URL after all
            return None

    def _joined(self, target: str) -> "Location | None":
        if self.web or is_web(target):
            joined = urljoin(self.name, target) if self.web else target
            return Location(joined) if is_web(joined) else None
        scheme = urlsplit(target).scheme
        if scheme == "file":
            return Location(url2pathname(urlsplit(target).path))
        if len(scheme) > 1 or "\0" in unquote(target):
            return None
        folder = "" if self.name == STDIN else str(Path(self.name).parent)
        return Location(os.path.normpath(Path(folder, unquote(target))))


class Fence:
    """How far references may lead: the root document's folder, or its origin, and what is allowed besides."""

    def __init__(self, root: Location, allowed: tuple[str, ...] = ()) -> None:
        self._webs = [each for each in allowed if is_web(each)]
        self._folders = [os.path.realpath(each) for each in allowed if not is_web(each)]
        if root.web:
            parts = urlsplit(root.name)
            self._webs.append(f"{parts.scheme}://{parts.netloc}/")
        else:
            self._folders.append(os.path.realpath("." if root.name == STDIN else Path(root.name).parent))

    def admits(self, location: Location) -> bool:
        """Whether a document may be read; of a file, where its symbolic links lead to counts."""
        if location.web:
            return any(_below(location.name, prefix) for prefix in self._webs)
        path = os.path.realpath(location.name)
        return any(
            path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in self._folders
        )


def _below(url: str, prefix: str) -> bool:
    """Whether a URL is a prefix, or below it."""
    try:
        if _origin(url) != _origin(prefix):
            return False
    except ValueError:  # a port that is no number
        return False
    above = _path(prefix).rstrip("/")
    path = _path(url)
    return path == above or path.startswith(above + "/")


def _origin(url: str) -> tuple[str, str | None, int]:
    parts = urlsplit(url)
    return (
        parts.scheme.lower(),
        parts.hostname,
        parts.port or (443 if parts.scheme.lower() == "https" else 80),
    )


def _path(url: str) -> str:
    """The path, dots taken out, also encoded ones."""
    return normpath("/" + unquote(urlsplit(url).path).lstrip("/"))
