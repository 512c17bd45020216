"""Is the record in the answer to a create the one that it made, and is it still that one later?

A server that is wrong, or that merges equal records, may answer with one that was there before. Who took that
for its own would change and delete it.
"""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from contract_tests.exchange import Answer
from contract_tests.safety.identify import item_in
from contract_tests.safety.marking import carries
from contract_tests.safety.ownership import Record
from openapi.codec import Json
from openapi.resources import Envelope, Resource

OLD = timedelta(minutes=10)


def is_new(
    resource: Resource, answer: Answer, sent: Json, marker: bytes, seen: bool, found: bool = False
) -> bool:
    """Whether an answer can speak of what its request made.

    `sent`: the JSON body of the request, or ABSENT; `seen`: whether an earlier answer had an item of that id;
    `found`: whether it may have been found (see `may_find`). What carries the marker is ours. Else what was
    seen before is not, nor what says that it was created long ago; nor, where it says nothing of that, what
    may have been found, and what has not one value that was sent.
    """
    if marker in answer.body:
        return True
    if seen:
        return False
    item = item_in(resource, "create", answer.json)
    age = _age(resource, item, answer)
    if age is not None:
        return age < OLD
    if found:
        return False
    given = resource.bodies.get("create", Envelope()).find(sent)
    if not isinstance(given, dict) or not isinstance(item, dict):
        return True
    shared = given.keys() & item.keys()
    return not shared or any(given[name] == item[name] for name in shared)


def is_ours(
    record: Record,
    body: bytes,
    item: Json,
    marker: bytes,
    written: Collection[str] = (),
    strict: bool = False,
) -> bool:
    """The rule of clean-up and sweep: a record is ours while it carries the marker, in a text of its own
    where the item can be told (`written`: names of such), or one of its digests fits.

    What may have been deleted meanwhile, so that the id may be somebody else's (and all else where `strict`),
    is not known by how it looks: another one may look the same.
    """
    told = isinstance(item, dict)
    if record.marked and (carries(item, marker.decode(), written) if told else marker in body):
        return True
    surely = strict or record.parted
    return any(each.fits(item) for each in record.fingerprints if each.lasting or not surely)


def may_find(resource: Resource, answer: Answer) -> bool:
    """Whether a create answered 200 though its document says 201 for what it creates: it may have found a
    record instead."""
    operation = resource.operations.get("create")
    return answer.status == 200 and operation is not None and "201" in operation.responses


def age_of(names: Collection[str], item: Json, now: datetime | None = None) -> timedelta | None:
    """How long ago a record says that it was created, in one of its properties; None where it does not say
    exactly. `now`: None for the time of this machine."""
    text = next((item[name] for name in names if name in item), None) if isinstance(item, dict) else None
    if not isinstance(text, str):
        return None
    try:
        created = datetime.fromisoformat(text)
    except ValueError:
        return None
    now = now or datetime.now(UTC)
    return now.replace(tzinfo=now.tzinfo or UTC) - created if created.tzinfo else None


def _age(resource: Resource, item: Json, answer: Answer) -> timedelta | None:
    """How long before its answer a record says that it was created."""
    names = [name for name, found in resource.properties.items() if found.role == "created"]
    try:
        now = parsedate_to_datetime(answer.header("date") or "")
    except (ValueError, TypeError):
        return None
    return age_of(names, item, now)
