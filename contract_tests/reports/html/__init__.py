"""The result as one HTML page for people: it opens offline, and asks nobody for anything."""

from contract_tests.reports.data import Data


def render(data: Data) -> bytes:
    """The page. Whatever a server sent stays text."""
    from contract_tests.reports.html.page import page  # noqa: PLC0415  (0.1 s that a run without it saves)

    return page(data).encode()
