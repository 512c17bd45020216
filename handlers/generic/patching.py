"""An item after JSON Patch or a merge patch was sent to it."""

from handlers.call import Call, Json
from handlers.problems import BadRequest, Conflict
from openapi.patch import JSON_PATCH, MERGES, Inapplicable, NoPatch, merged, patched
from openapi.resources import Envelope

PATCHES = MERGES | {JSON_PATCH}
"""The media types whose bodies are changes, and no items."""


def after(item: dict[str, Json], call: Call, envelope: Envelope) -> dict[str, Json]:
    """A changed copy. `envelope`: where in the body of a merge patch the item stands. An object that is sent
    as JSON Patch is one, too: a document that admits it means that (Kubernetes' `Patch`).

    Raises BadRequest for what is no patch, Conflict for one that the item does not take (RFC 5789 section
    2.2).
    """
    if call.media_type != JSON_PATCH or isinstance(call.body, dict):
        sent = envelope.find(call.body)
        new = merged(item, sent if isinstance(sent, dict) else call.body)
    else:
        new = _stepped(item, call.body)
    if not isinstance(new, dict):
        raise BadRequest("body: the item would be no object any more")
    return new


def _stepped(item: dict[str, Json], steps: Json) -> Json:
    try:
        return patched(item, steps)
    except NoPatch as error:
        raise BadRequest(f"body: {error}") from error
    except Inapplicable as error:
        raise Conflict(f"body: {error}") from error
