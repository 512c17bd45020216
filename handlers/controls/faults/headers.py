"""Headers that are wrong or missing: the type of a body, Allow, the challenge of a 401."""

from functools import partial
from typing import Any

from handlers.controls.faults.fault import Fault
from handlers.controls.faults.scene import Spot
from handlers.controls.faults.spoils import Outgoing, Refused, Routed
from handlers.controls.faults.wire import Wire
from handlers.problems import MethodNotAllowed, Refusal
from handlers.router import RouterStage
from openapi.document import Document

_fault = partial(Fault, "headers")

_TYPE = "A body is of a media type that the document declares for its status (RFC 9110 section 8.3)."
_ALLOW = "405 carries Allow with every method that the path answers (RFC 9110 section 15.5.6)."


def _as_text(_spot: Spot, wire: Wire) -> None:
    if wire.body:
        wire.media_type = "text/html; charset=utf-8"


def _without_type(_spot: Spot, wire: Wire) -> None:
    wire.media_type = None


def _as_page(_spot: Spot, refusal: Refusal) -> Wire:
    page = f"<!DOCTYPE html><title>{refusal.status}</title><h1>{refusal.error}</h1>"
    return Wire(refusal.status, "text/html; charset=utf-8", page.encode())


def _without_challenge(_spot: Spot, refusal: Refusal) -> Refusal:
    refusal.headers.pop("WWW-Authenticate", None)
    return refusal


def _asks_for_a_challenge(document: Document) -> bool:
    """Whether the document asks for it, too: many an API with keys has no challenge to offer."""
    responses = (each for operation in document.operations if (each := operation.response(401)))
    headers = ((name.lower(), place) for each in responses for name, place in each.headers.items())
    return any(name == "www-authenticate" and place.get("required") is True for name, place in headers)


class _WithoutAllow(RouterStage):
    async def _enter(self, *route: Any) -> None:
        try:
            await super()._enter(*route)
        except MethodNotAllowed as refusal:
            refusal.headers.pop("Allow", None)
            raise


class _ShortAllow(RouterStage):
    async def _enter(self, *route: Any) -> None:
        try:
            await super()._enter(*route)
        except MethodNotAllowed as refusal:
            refusal.headers["Allow"] = refusal.headers["Allow"].partition(", ")[0]
            raise


FAULTS = (
    _fault("content_type_is_another", "Every body that is no refusal says that it is HTML.", _TYPE,
           Outgoing(_as_text)),
    _fault("content_type_is_missing", "No body that is no refusal says its type.", _TYPE,
           Outgoing(_without_type)),
    _fault("refusal_is_a_page", "Every refusal is a page of HTML.", _TYPE,
           Refused(_as_page)),
    _fault("allow_is_missing", "405 comes without Allow.", _ALLOW,
           Routed(_WithoutAllow)),
    _fault("allow_is_incomplete", "Allow of a 405 names the first method of the path and no other.", _ALLOW,
           Routed(_ShortAllow)),
    _fault("challenge_is_missing", "401 comes without WWW-Authenticate.",
           "401 carries WWW-Authenticate with a challenge (RFC 9110 section 15.5.2).",
           Refused(_without_challenge), _asks_for_a_challenge),
)  # fmt: skip
