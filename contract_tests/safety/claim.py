"""Is the record in the answer to a create the one that it made?

A server that is wrong, or that merges equal records, may answer with one that was there before. Who took that
for its own would change and delete it.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from contract_tests.exchange import Answer
from contract_tests.safety.identify import item_in
from openapi.codec import Json
from openapi.resources import Envelope, Resource

_OLD = timedelta(minutes=10)


def is_new(resource: Resource, answer: Answer, sent: Json, marker: bytes, seen: bool) -> bool:
    """Whether an answer can speak of what its request made.

    `sent`: the JSON body of the request, or ABSENT; `seen`: whether an earlier answer had an item of that id.
    What carries the marker is ours. Else what was seen before is not, nor what says that it was created long
    ago, nor what has not one value that was sent.
    """
    if marker in answer.body:
        return True
    if seen:
        return False
    item = item_in(resource, "create", answer.json)
    age = _age(resource, item, answer)
    if age is not None:
        return age < _OLD
    given = resource.bodies.get("create", Envelope()).find(sent)
    if not isinstance(given, dict) or not isinstance(item, dict):
        return True
    shared = given.keys() & item.keys()
    return not shared or any(given[name] == item[name] for name in shared)


def _age(resource: Resource, item: Json, answer: Answer) -> timedelta | None:
    """How long before its answer a record says that it was created; None where it does not say exactly."""
    names = [name for name, found in resource.properties.items() if found.role == "created"]
    text = next((item[name] for name in names if name in item), None) if isinstance(item, dict) else None
    if not isinstance(text, str):
        return None
    try:
        created = datetime.fromisoformat(text)
        now = parsedate_to_datetime(answer.header("date") or "")
    except (ValueError, TypeError):
        return None
    return now.replace(tzinfo=now.tzinfo or UTC) - created if created.tzinfo else None
