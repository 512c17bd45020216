"""Authors and their books (library.yaml): bare objects, PATCH, nested collections, limit and offset, a token.

`python -m tests.servers.library [FAULT]` prints its address and serves.
"""

import uuid
from typing import Any, ClassVar

from tests.servers.library_records_faults import FAULTS
from tests.servers.service import Call, Refusal, Reply, Service
from tests.servers.serving import by_hand
from tests.servers.shapes import Shape, filled, optional
from tests.servers.tables import Row, Table

TOKENS = {"vQzLibraryOneToken": "one", "hWkLibraryTwoToken": "two"}

NAME: Shape = {"type": "string", "minLength": 1, "maxLength": 60}
TEXT: Shape = {"type": ["string", "null"], "maxLength": 200, "default": None}
GENRE: Shape = {"type": "string", "enum": ["novel", "poetry", "drama", "essay"]}
YEAR: Shape = {"type": "integer", "minimum": 1450, "maximum": 2100}
TAG: Shape = {"type": "string", "minLength": 1, "maxLength": 20}
AUTHOR: Shape = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": NAME,
        "bio": TEXT,
        "country": {"type": ["string", "null"], "pattern": "^[A-Z]{2}$", "default": None},
        "born": {"type": ["string", "null"], "format": "date", "default": None},
        "active": {"type": "boolean", "default": True},
    },
}
BOOK: Shape = {
    "type": "object",
    "additionalProperties": False,
    "required": ["title", "genre"],
    "properties": {
        "title": NAME,
        "subtitle": TEXT,
        "genre": GENRE,
        "year": {**YEAR, "default": 2000},
        "copies": {"type": "integer", "default": 1},
        "price": {
            "type": ["number", "null"],
            "minimum": 0,
            "maximum": 10000,
            "multipleOf": 0.25,
            "default": None,
        },
        "tags": {
            "type": "array",
            "minItems": 1,
            "maxItems": 6,
            "uniqueItems": True,
            "items": TAG,
            "default": ["new"],
        },
        "isbn": {"type": ["string", "null"], "pattern": "^97[89][0-9]{10}$", "default": None},
        "seriesKey": {"type": ["string", "null"], "format": "uuid", "default": None},
        "available": {"type": "boolean", "default": True},
    },
}
LIMIT: Shape = {"type": "integer", "minimum": 1, "maximum": 50, "default": 5}
OFFSET: Shape = {"type": "integer", "minimum": 0, "default": 0}
CODES = {400: "malformed", 401: "unknown_caller", 404: "not_found", 406: "not_acceptable", 422: "invalid"}


class Library(Service):
    """Authors and their books: bare objects, PATCH, nested collections."""

    ROUTES: ClassVar = {
        "/authors": {"GET": "list_authors", "POST": "create_author"},
        "/authors/{authorId}": {"GET": "read_author", "PATCH": "change_author", "DELETE": "delete_author"},
        "/authors/{authorId}/books": {"GET": "list_books", "POST": "create_book"},
        "/authors/{authorId}/books/{bookId}": {
            "GET": "read_book",
            "PATCH": "change_book",
            "DELETE": "delete_book",
        },
    }
    BREAKS: ClassVar = FAULTS
    FAULTS: ClassVar = FAULTS.sentences
    CREDENTIALS: ClassVar = tuple({"Authorization": f"Bearer {token}"} for token in TOKENS)
    ANSWERS_HEAD: ClassVar = False
    INVALID: ClassVar = 422
    WRONG_MEDIA_TYPE: ClassVar = 415

    def open(self) -> None:
        self.authors, self.books = Table(), Table()

    # --- authors ---

    def list_authors(self, call: Call) -> Reply:
        return self.page(call, self.authors.of(call.tenant))

    def create_author(self, call: Call) -> Reply:
        fields = self.made(AUTHOR, self.body(call, AUTHOR))
        row = self.authors.add(call.tenant, fields["id"], fields)
        return self.created(row, f"/authors/{row.id}")

    def read_author(self, call: Call) -> Reply:
        return Reply(200, self.show(self.author(call)))

    def change_author(self, call: Call) -> Reply:
        row = self.author(call)
        body = self.body(call, optional(AUTHOR), "application/merge-patch+json")
        return Reply(200, self.show(self.changed(row, body)))

    def delete_author(self, call: Call) -> Reply:
        self.remove_author(self.author(call))
        return Reply(204)

    # --- books ---

    def list_books(self, call: Call) -> Reply:
        author = self.author(call)
        wanted = self.query(call, genre=GENRE, year=YEAR, available={"type": "boolean"})
        return self.page(call, self.filtered(self.books_of(author), **wanted))

    def create_book(self, call: Call) -> Reply:
        author = self.author(call)
        fields = self.made(BOOK, self.body(call, BOOK), authorId=author.id)
        row = self.books.add(call.tenant, fields["id"], fields)
        return self.created(row, f"/authors/{author.id}/books/{row.id}")

    def read_book(self, call: Call) -> Reply:
        return Reply(200, self.show(self.book(call)))

    def change_book(self, call: Call) -> Reply:
        row = self.book(call)
        body = self.body(call, optional(BOOK))
        return Reply(200, self.show(self.changed(row, body)))

    def delete_book(self, call: Call) -> Reply:
        self.remove_book(self.book(call))
        return Reply(204)

    # --- what they share ---

    def author(self, call: Call) -> Row:
        row = self.authors.find(call.tenant, call.values["authorId"])
        if row is None:
            raise Refusal(404, "there is no such author")
        return row

    def book(self, call: Call) -> Row:
        author = self.author(call)
        row = self.books.find(author.tenant, call.values["bookId"])
        if row is None or row.fields["authorId"] != author.id:
            raise Refusal(404, "the author has no such book")
        return row

    def books_of(self, author: Row) -> list[Row]:
        return self.filtered(self.books.of(author.tenant), authorId=author.id)

    def made(self, shape: Shape, body: dict[str, Any], **own: Any) -> dict[str, Any]:
        """The properties of a new record."""
        now = self.now()
        return {"id": str(uuid.uuid4()), **own, "createdAt": now, "updatedAt": now, **filled(shape, body)}

    def created(self, row: Row, path: str) -> Reply:
        return Reply(201, self.show(row), {"Location": path})

    def show(self, row: Row) -> dict[str, Any]:
        """A record as a caller sees it."""
        return dict(row.fields)

    def changed(self, row: Row, body: dict[str, Any]) -> Row:
        """The row with what the body gives. Its time moves when anything did."""
        merged = {**row.fields, **body}
        if merged != row.fields:
            row.fields = {**merged, "updatedAt": self.now()}
        return row

    def remove_author(self, row: Row) -> None:
        for book in self.books_of(row):
            self.remove_book(book)
        self.authors.remove(row)

    def remove_book(self, row: Row) -> None:
        self.books.remove(row)

    def page(self, call: Call, rows: list[Row]) -> Reply:
        asked = self.query(call, limit=LIMIT, offset=OFFSET)
        shown = self.window(rows, asked["limit"], asked["offset"])
        return Reply(200, [self.show(row) for row in shown], {"X-Total-Count": str(len(rows))})

    def window(self, rows: list[Row], limit: int, offset: int) -> list[Row]:
        return rows[offset : offset + limit]

    def caller(self, call: Call) -> str:
        """The scheme's name has no case (RFC 9110 section 11.1), the token has."""
        scheme, _, token = (call.header("authorization") or "").partition(" ")
        tenant = TOKENS.get(token) if scheme.lower() == "bearer" else None
        if tenant is None:
            raise Refusal(401, "the token is missing or wrong", {"WWW-Authenticate": "Bearer"})
        return tenant

    def acceptable(self, call: Call) -> None:
        given = call.header("accept")
        if given and not any(map(_takes_json, given.split(","))):
            raise Refusal(406, "only application/json is here")

    def refused(self, refusal: Refusal) -> Reply:
        body = {"code": CODES.get(refusal.status, "refused"), "message": refusal.reason}
        return Reply(refusal.status, body, refusal.headers)


def _takes_json(media_range: str) -> bool:
    """Whether one part of an Accept header admits JSON (RFC 9110 section 12.5.1)."""
    kind, *parameters = (part.strip().lower() for part in media_range.split(";"))
    refused = any(part in ("q=0", "q=0.0", "q=0.00", "q=0.000") for part in parameters)
    return kind in ("application/json", "application/*", "*/*") and not refused


SERVICE = Library

if __name__ == "__main__":
    by_hand(Library)
