"""What a request says of an item: the item in its body, wherever it stands there."""

from handlers.call import Json
from openapi.resources import ABSENT, Envelope


def item_of(envelope: Envelope, body: Json) -> dict[str, Json]:
    """The members of the item that a body writes, those beside it included (the `id` of JSON:API)."""
    found = envelope.find(body)
    item = found if isinstance(found, dict) else {}
    above = envelope.above(body) if envelope.beside else ABSENT
    if not isinstance(above, dict):
        return item
    return {**{name: above[name] for name in envelope.beside if name in above}, **item}
