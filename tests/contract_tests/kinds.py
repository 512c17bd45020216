"""What plain clients make and change: kinds of records of the mock and of each server of tests/servers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

JSON = "application/json"
Ids = Mapping[str, Any]
Body = Callable[[int, Ids], dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """How records of one collection are made and changed.

    `collection`: its path, with the ids of other kinds in braces. `envelope`: the member of an answer that
    the record is, None for the whole. `id`: its id property. `chosen`: the id of the n-th record, where the
    client gives it. `change`: method, media type and body. `moves`: properties that move without a write.
    """

    name: str
    collection: str
    body: Body
    envelope: str | None
    change: tuple[str, str, Body] | None
    id: str = "id"
    chosen: Callable[[int], str] | None = None
    moves: tuple[str, ...] = ()


def _patch(body: Body, media: str = JSON) -> tuple[str, str, Body]:
    return "PATCH", media, body


MERGE = "application/merge-patch+json"
KINDS: dict[str, tuple[Kind, ...]] = {
    "mock": (
        Kind(
            "agent", "/agents",
            lambda n, _: {"name": f"Neighbour {n}", "modelProvider": "openai", "modelName": "gpt-4"},
            "agent",
            _patch(lambda n, _: {"name": f"Neighbour, now {n}", "status": ["active", "inactive"][n % 2]}),
            moves=("tasksCompleted",),
        ),
        Kind(
            "source", "/knowledge",
            lambda n, ids: {"type": "website", "source": f"https://n.example/{n}", "agentId": ids["agent"]},
            "knowledgeSource", _patch(lambda n, _: {"status": "completed", "metadata": {"pages": n}}),
        ),
        Kind(
            "job", "/jobs",
            lambda n, ids: {"name": f"Job {n}", "schedule": "0 9 * * *", "agentId": ids["agent"]},
            "job", _patch(lambda n, _: {"description": f"Number {n}"}),
        ),
        Kind(
            "work", "/work_items",
            lambda n, ids: {"type": "model_call", "timeSpent": "0.25", "agentId": ids["agent"]},
            "workItem", _patch(lambda n, _: {"description": f"Number {n}"}),
        ),
    ),
    "library": (
        Kind(
            "author", "/authors", lambda n, _: {"name": f"Neighbour {n}", "country": "NL"}, None,
            _patch(lambda n, _: {"bio": f"Number {n}"}, MERGE),
        ),
        Kind(
            "book", "/authors/{author}/books",
            lambda n, _: {"title": f"Volume {n}", "genre": ["novel", "poetry", "drama"][n % 3], "copies": n},
            None, _patch(lambda n, _: {"subtitle": f"Number {n}", "available": n % 2 == 0}),
        ),
    ),
    "ledgerly": (
        Kind(
            "invoice", "/invoices",
            lambda n, _: {"customer": f"Neighbour {n}", "amount": f"{n}.50", "reminders": n % 9},
            "data", _patch(lambda n, _: {"memo": f"Number {n}", "status": ["draft", "open", "paid"][n % 3]}),
        ),
    ),
    "depot": (
        Kind(
            "warehouse", "/warehouses", lambda n, _: {"name": f"Neighbour {n}", "area": 10.5}, "warehouse",
            ("PUT", JSON, lambda n, _: {"name": f"Neighbour, now {n}", "area": n + 0.25}),
            moves=("shipmentCount",),
        ),
        Kind(
            "shipment", "/shipments",
            lambda n, ids: {"warehouseId": ids["warehouse"], "description": f"Parcel {n}"}, "shipment",
            ("PUT", JSON, lambda n, ids: {"warehouseId": ids["warehouse"], "description": f"Now {n}"}),
        ),
        Kind(
            "carrier", "/carriers", lambda n, _: {"name": f"Carrier {n}", "rating": n % 6}, "carrier",
            ("PUT", JSON, lambda n, _: {"name": f"Carrier, now {n}"}),
            id="code", chosen=lambda n: "NB" + "".join(chr(65 + n // 26**place % 26) for place in range(3)),
        ),
        Kind("report", "/reports", lambda n, _: {"kind": "stock", "note": f"Number {n}"}, "report", None),
    ),
}  # fmt: skip
