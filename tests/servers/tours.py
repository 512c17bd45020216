"""A walk through each server that asks after every promise: whatever is wrong shows in what is answered.

`ask(method, path, body, **how)` sends and gives the answer; `how` may say who (0, 1 or None for nobody),
headers, and raw bytes.
"""

import uuid
from collections.abc import Callable
from typing import Any

Ask = Callable[..., Any]

MERGE = {"content-type": "application/merge-patch+json"}
SERIES = "4c0b7a52-8a3e-4c55-9d0f-3a2b1c0d9e8f"


def library(ask: Ask) -> None:
    """From the first author to the last."""
    first = _authors(ask)
    book = _books(ask, first)
    _library_input(ask, f"{first}/books", book)
    _library_callers(ask, first, book)
    ask("DELETE", book)
    ask("GET", book)
    ask("GET", f"{first}/books")
    left = ask("POST", f"{first}/books", {"title": "left", "genre": "essay"}).body["id"]
    ask("DELETE", first)
    ask("DELETE", first)
    ask("GET", first)
    ask("GET", f"{first}/books/{left}")


def _authors(ask: Ask) -> str:
    """Eight of them; the path of the first."""
    accents = "Zoe\u0308"
    made = ask("POST", "/authors", {"name": "Ada", "bio": accents, "active": False})
    first = f"/authors/{made.body['id']}"
    for number in range(7):
        ask("POST", "/authors", {"name": f"Author {number}"})
    ask("POST", "/authors", {"name": "Old", "createdAt": "2001-02-03T04:05:06Z"})
    for query in (
        "",
        "?limit=3",
        "?limit=3&offset=3",
        "?limit=50",
        "?offset=99",
        "?limit=51",
        "?limit=0",
        "?limit=x",
    ):
        ask("GET", f"/authors{query}")
    for body in (
        {"country": "FR"},
        {},
        {"name": "New", "born": "never"},
        {"bio": None, "born": "1815-12-10"},
    ):
        ask("PATCH", first, body, headers=MERGE)
        ask("GET", first)
    for method in ("PUT", "HEAD", "OPTIONS", "TRACE"):
        ask(method, first, {"name": "Put"})
    return first


def _books(ask: Ask, author: str) -> str:
    """Four of them; the path of the first."""
    whole = {"title": " A book ", "subtitle": "", "genre": "novel", "year": 1999, "copies": 2**70 + 1}
    whole |= {"price": 1.75, "tags": ["a", "b"], "isbn": "9781234567897", "seriesKey": SERIES}
    made = ask("POST", f"{author}/books", whole)
    ask("POST", f"{author}/books", {"title": "B", "subtitle": "below", "genre": "poetry", "year": 1999})
    ask("POST", f"{author}/books", {"title": "C", "genre": "novel", "year": 1850, "available": False})
    ask("POST", f"{author}/books", {"title": "D", "genre": "drama"})
    book = f"{author}/books/{made.body['id']}"
    ask("GET", book)
    for query in (
        "",
        "?year=1999",
        "?genre=novel&year=1999",
        "?available=false",
        "?year=2050",
        "?genre=opera",
    ):
        ask("GET", f"{author}/books{query}")
    ask("PATCH", book, {"title": "E"})
    ask("GET", f"{author}/books")
    ask("GET", f"{author}/books/{uuid.UUID(int=0)}")
    ask("GET", f"/authors/{uuid.UUID(int=0)}/books")
    other = ask("POST", "/authors", {"name": "Another"}).body["id"]
    ask("GET", f"/authors/{other}/books/{made.body['id']}")
    return book


def _library_input(ask: Ask, books: str, book: str) -> None:
    plain: dict[str, Any] = {"title": "T", "genre": "essay", "tags": ["t"]}
    changes: tuple[dict[str, Any], ...] = (
        {"genre": "opera"},
        {"price": 0.3},
        {"tags": ["t", "t"]},
        {"tags": []},
        {"isbn": None},
        {"title": "x" * 60},
        {"title": "x" * 61},
        {"title": "\u20ac" * 60},
        {"title": "\U0001f4da"},
        {"title": "a\0b"},
        {"seriesKey": "none"},
        {"year": "1999"},
        {"shelf": 7},
    )
    for change in changes:
        ask("POST", books, {**plain, **change})
    ask("PATCH", book, raw=b"{")
    ask("PATCH", book, {"title": "F"}, headers=MERGE)


def _library_callers(ask: Ask, author: str, book: str) -> None:
    ask("GET", author, who=None)
    for token in ("vQzLibrary", "VQZLIBRARYONETOKEN", ""):
        ask("GET", author, who=None, headers={"authorization": f"Bearer {token}"})
    for method, path in (("GET", "/authors"), ("GET", book), ("POST", f"{author}/books")):
        ask(method, path, {"title": "G", "genre": "essay"} if method == "POST" else None, who=1)
    ask("DELETE", book, who=None)
    ask("GET", book)
    other = ask("POST", "/authors", {"name": "Theirs"}, who=1).body["id"]
    ask("DELETE", f"/authors/{other}")
    ask("GET", f"/authors/{other}", who=1)


def ledgerly(ask: Ask) -> None:
    """From the first invoice to the last."""
    first = _invoices(ask)
    _pages(ask)
    _changes(ask, first)
    _ledgerly_input(ask, first)
    _ledgerly_callers(ask, first)
    _keys(ask)
    ask("DELETE", first)
    ask("DELETE", first)
    ask("PATCH", first, {"memo": "back"})
    ask("GET", first)
    ask("GET", "/invoices?customer=Meadow%20Ltd")


def _invoices(ask: Ask) -> str:
    """Nine of them, two of another account; the path of the first."""
    lines = [{"text": "one", "cents": 1}, {"text": "two", "cents": 2}]
    whole: dict[str, Any] = {
        "customer": "Meadow Ltd",
        "amount": "12.34",
        "currency": "USD",
        "status": "open",
        "memo": "m" * 80,
    }
    whole |= {"dueOn": "2031-01-31", "issuedAt": "2030-01-02T03:04:05.678+02:00", "reference": "R/1"}
    whole |= {"reminders": 5, "lines": lines, "secret": "opens sesame"}
    made = ask("POST", "/invoices", whole)
    first = f"/invoices/{made.body['data']['id']}"
    for number in range(6):
        status, currency = ("open", "paid")[number % 2], ("EUR", "USD", "GBP")[number % 3]
        body = {"customer": f"Meadow {number}", "amount": "1.00", "status": status, "currency": currency}
        ask("POST", "/invoices", body)
    for _ in range(2):
        ask("POST", "/invoices", {"customer": "Meadow Ltd", "amount": "2.00"}, who=1)
    ask("GET", first)
    ask("HEAD", first)
    return first


def _pages(ask: Ask) -> None:
    for query in (
        "",
        "?limit=100",
        "?limit=2",
        "?cursor=then",
        "?status=open",
        "?customer=Nobody",
        "?limit=0",
    ):
        ask("GET", f"/invoices{query}")
    following: str | None = "after-0"
    for _ in range(4):
        following = ask("GET", f"/invoices?limit=3&cursor={following}").body.get("next") or "after-999"
    ask("GET", "/invoices?status=open&currency=USD")
    ask("GET", "/invoices?customer=Meadow")
    ask("GET", "/invoices?customer=Meadow%20Ltd")


def _changes(ask: Ask, first: str) -> None:
    tag = ask("GET", first).headers.get("etag", "")
    ask("GET", first, headers={"if-none-match": tag})
    for body in ({"memo": "short"}, {"memo": None}, {}, {"reference": None}):
        ask("PATCH", first, body)
        ask("GET", first)
    for method, body in (("PATCH", {"memo": "late"}), ("PUT", {"customer": "Late", "amount": "0.00"})):
        ask(method, first, body, headers={"if-match": tag})
        ask("GET", first)
    tag = ask("GET", first).headers.get("etag", "")
    ask("PUT", first, {"customer": "Meadow Ltd", "amount": "3.00"}, headers={"if-match": tag})
    ask("GET", first)


def _ledgerly_input(ask: Ask, first: str) -> None:
    plain = {"customer": "C", "amount": "1.00"}
    for change in (
        {"amount": "1"},
        {"customer": ""},
        {"issuedAt": "now"},
        {"lines": [{"text": "", "cents": "1"}]},
        {"accountId": "acct-Harbour-02"},
    ):
        ask("POST", "/invoices", {**plain, **change})
    ask("POST", "/invoices", {"customer": "C"})
    ask("PATCH", first, raw=b"{")
    ask("PATCH", first, raw=b'{"memo": "\xff"}')
    ask("PATCH", first, {"memo": "text"}, headers={"content-type": "text/plain"})
    ask("GET", "/invoices/7")


def _ledgerly_callers(ask: Ask, first: str) -> None:
    key, account = "LqKeyOfMeadow7", "acct-Meadow-01"
    for headers in (
        {"x-api-key": key},
        {"x-account-id": account},
        {"x-api-key": "", "x-account-id": account},
        {"x-api-key": f"{key}7", "x-account-id": account},
    ):
        ask("GET", first, who=None, headers=headers)
    ask("PATCH", first, {"memo": "theirs"}, who=1)
    ask("PUT", first, {"customer": "Theirs", "amount": "9.00"}, who=1)
    ask("GET", first)
    other = ask("POST", "/invoices", {"customer": "Ours", "amount": "2.00"}, who=1).body["data"]["id"]
    ask("DELETE", f"/invoices/{other}")
    ask("GET", f"/invoices/{other}", who=1)


def _keys(ask: Ask) -> None:
    key = {"idempotency-key": "k-1"}
    for amount, who in (("5.00", 0), ("5.00", 0), ("6.00", 0), ("5.00", 1)):
        ask("POST", "/invoices", {"customer": "K", "amount": amount}, who=who, headers=key)


def depot(ask: Ask) -> None:
    """From the first warehouse to the last."""
    warehouse, number = _warehouses(ask)
    shipment = _shipments(ask, number)
    _settings(ask, warehouse)
    _carriers(ask)
    _depot_input(ask, number)
    _depot_callers(ask, warehouse, shipment)
    _reports(ask)
    _ends(ask, warehouse, shipment, number)


def _warehouses(ask: Ask) -> tuple[str, int]:
    """Eight of them; the path and the id of the first."""
    made = ask("POST", "/warehouses", {"name": "First", "area": 0.5, "city": "Ulm", "heated": True})
    number = made.body["warehouse"]["id"]
    for name in "abcdefg":
        ask("POST", "/warehouses", {"name": name, "area": 1})
    queries = ("", "?page=2", "?size=3", "?size=3&page=2", "?page=0", "?size=many", "?page=9", "?sort=-name")
    for query in queries:
        ask("GET", f"/warehouses{query}")
    first = f"/warehouses/{number}"
    for method in ("GET", "HEAD", "OPTIONS"):
        ask(method, first)
    for _ in range(2):
        ask("PUT", first, {"name": "Firstly", "area": 2})
        ask("GET", first)
    ask("GET", "/warehouses")
    ask("GET", f"/warehouses/{2**63}")
    ask("GET", "/warehouses/none")
    return first, number


def _shipments(ask: Ask, warehouse: int) -> str:
    """Five of them; the path of the first."""
    manifest = {"a": None, "b": [1, {"c": 1.5}]}
    whole = {"warehouseId": warehouse, "description": "Tea", "weight": 1.125, "fragile": True, "note": "a\0b"}
    ids = []
    for change in ({"manifest": {"b": 1}}, {"manifest": manifest}, {}, {}, {"warehouseId": warehouse + 1}):
        reply = ask("POST", "/shipments", {**whole, **change})
        ids.append((reply.body.get("shipment") or {}).get("id", 0))
    first = f"/shipments/{ids[0]}"
    ask("GET", first)
    ask("PUT", first, {"warehouseId": warehouse, "description": "Coffee"})
    ask("PUT", first, {"warehouseId": 1, "description": "Nowhere"})
    ask("GET", first)
    for number, action in ((0, "dispatch"), (1, "cancel"), (2, "dispatch"), (0, "dispatch")):
        ask("POST", f"/shipments/{ids[number]}/{action}")
        ask("GET", f"/shipments/{ids[number]}")
    ask("GET", f"/shipments/{ids[2]}/cancel")
    ask("POST", "/shipments/999999/dispatch")
    for query in (
        "",
        "?status=planned",
        f"?status=planned&warehouseId={warehouse}",
        f"?warehouseId={warehouse + 1}",
    ):
        ask("GET", f"/shipments{query}")
    ask("GET", "/shipments/search?fragile=false")
    for _ in range(2):
        ask("POST", "/shipments", {"warehouseId": warehouse, "description": "Salt", "reference": "R 1"})
    return first


def _settings(ask: Ask, warehouse: str) -> None:
    ask("PUT", f"{warehouse}/settings", {"zone": "island", "maxParcels": 7})
    ask("GET", f"{warehouse}/settings")
    number = int(warehouse.rpartition("/")[2])
    ask("GET", f"/warehouses/{number + 1}/settings")


def _carriers(ask: Ask) -> None:
    for who in (0, 1):
        ask("PUT", "/carriers/DHL", {"name": "D", "phone": "+49 123"}, who=who)
    ask("PUT", "/carriers/DHL", {"name": "E", "rating": 3})
    ask("PUT", "/carriers/UPS", {"name": "U"})
    ask("PUT", "/carriers/x", {"name": "X"})
    for path in ("/carriers/DHL", "/carriers", "/carriers?rating=3", "/carriers?rating=3&rating=0"):
        ask("GET", path)
    ask("DELETE", "/carriers/UPS")
    ask("GET", "/carriers")


def _depot_input(ask: Ask, number: int) -> None:
    for change in (
        {"capacity": -1},
        {"capacity": 1000001},
        {"capacity": 1000000},
        {"capacity": 1.5},
        {"area": 0},
        {"heated": "true"},
        {"shipmentCount": 9},
    ):
        ask("POST", "/warehouses", {"name": "I", "area": 1, **change})
    ask("POST", "/shipments", {"warehouseId": number})
    ask("POST", "/shipments", {"warehouseId": 1, "description": "Nowhere"})


def _depot_callers(ask: Ask, warehouse: str, shipment: str) -> None:
    ask("GET", "/about", who=None)
    for login in ("YWRhOndyb25n", "YWRhOkY=", "YWRh"):  # ada:wrong, ada:F, ada
        ask("GET", warehouse, who=None, headers={"authorization": f"Basic {login}"})
    ask("GET", f"{warehouse}/settings", who=None)
    ask("GET", warehouse, who=1)
    ask("PUT", f"{warehouse}/settings", {"zone": "south"}, who=1)
    theirs = ask("POST", "/warehouses", {"name": "Theirs", "area": 1}, who=1).body["warehouse"]["id"]
    ask("POST", "/shipments", {"warehouseId": theirs, "description": "Ours"})
    reply = ask("POST", "/shipments", {"warehouseId": theirs, "description": "Theirs"}, who=1)
    ask("POST", f"/shipments/{reply.body['shipment']['id']}/dispatch")
    empty = ask("POST", "/warehouses", {"name": "Empty", "area": 1}, who=1).body["warehouse"]["id"]
    ask("DELETE", f"/warehouses/{empty}")


def _reports(ask: Ask) -> None:
    made = ask("POST", "/reports", {"kind": "stock", "note": "n"})
    place = made.headers.get("location", "/api/v2/reports/0").removeprefix("/api/v2")
    for method in ("GET", "GET", "GET", "DELETE", "GET"):
        ask(method, place)


def _ends(ask: Ask, warehouse: str, shipment: str, number: int) -> None:
    ask("DELETE", warehouse)
    ask("GET", warehouse)
    ask("DELETE", shipment)
    for path in (shipment, "/shipments"):
        ask("GET", path)
    ask("DELETE", f"/warehouses/{number + 2}")
    ask("GET", f"/warehouses/{number + 2}/settings")
