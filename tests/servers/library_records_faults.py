"""What the library can remember wrongly: tenancy, write fidelity, lists, update, delete.

It takes more than one request to see these.
"""

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.faults import after, before, ghosts, haunting, instead, storing, unasked
from tests.servers.library_faults import FAULTS
from tests.servers.service import Call, Refusal, Reply
from tests.servers.shapes import Shape, problem
from tests.servers.tables import Row

if TYPE_CHECKING:
    from tests.servers.library import Library

__all__ = ["FAULTS"]

fault = FAULTS

Fields = dict[str, Any]
Original = Callable[..., Any]

# --- tenancy ---


@fault("tenancy", "A book of another tenant can be read.")
def books_of_others_are_readable(library: "Library") -> None:
    def read(original: Original, call: Call) -> Reply:
        book = library.books.anyone(call.values["bookId"])
        return Reply(200, library.show(book)) if book else original(call)

    instead(library, "read_book", read)


@fault("tenancy", "The list of authors shows those of every tenant.")
def list_shows_authors_of_others(library: "Library") -> None:
    instead(library.authors, "of", lambda original, tenant: list(library.authors.rows.values()))


@fault("tenancy", "An author of another tenant can be deleted.")
def author_of_another_can_be_deleted(library: "Library") -> None:
    _any_tenant(library, "delete_author")


@fault("tenancy", "A book can be added to an author of another tenant.")
def books_are_added_to_authors_of_others(library: "Library") -> None:
    _any_tenant(library, "create_book")


def _any_tenant(library: "Library", method: str) -> None:
    """From now on `method` acts as the tenant that the author of the path belongs to."""

    def act(call: Call) -> None:
        author = library.authors.anyone(call.values["authorId"])
        call.tenant = author.tenant if author else call.tenant

    before(library, method, act)


# --- write fidelity ---


@fault("write fidelity", "Creating a book ignores its subtitle.")
def create_ignores_the_subtitle(library: "Library") -> None:
    after(library, "made", lambda made, *_, **__: {**made, "subtitle": None} if "subtitle" in made else made)


@fault("write fidelity", "Blanks at both ends of a title are lost.")
def title_is_trimmed(library: "Library") -> None:
    storing(library, "title", str.strip)


@fault("write fidelity", "A bio is kept in another Unicode normal form (NFC).")
def bio_is_normalised(library: "Library") -> None:
    storing(library, "bio", lambda text: unicodedata.normalize("NFC", text))


@fault("write fidelity", "An empty subtitle is kept as null.")
def empty_subtitle_becomes_null(library: "Library") -> None:
    storing(library, "subtitle", lambda text: text or None)


@fault("write fidelity", "A price is rounded to a whole number.")
def price_is_rounded(library: "Library") -> None:
    storing(library, "price", round)


@fault("write fidelity", "A large number of copies loses its last digits: it passes through a float.")
def copies_lose_digits(library: "Library") -> None:
    storing(library, "copies", lambda number: int(float(number)) if abs(number) < 10**300 else number)


@fault(
    "write fidelity", "A book that does not say whether it is available is not, though the default is true."
)
def default_of_available_is_false(library: "Library") -> None:
    _left_out(library, "available", False)


@fault("write fidelity", "A bio that is left out becomes an empty text, though the default is null.")
def default_of_bio_is_not_applied(library: "Library") -> None:
    _left_out(library, "bio", "")


def _left_out(library: "Library", name: str, value: Any) -> None:
    def made(fields: Fields, _shape: Shape, body: Fields) -> Fields:
        return {**fields, name: value} if name in fields and name not in body else fields

    after(library, "made", made)


@fault("write fidelity", "A caller can set createdAt, which is readOnly.")
def created_at_can_be_set(library: "Library") -> None:
    unasked(library, "createdAt")
    after(
        library,
        "made",
        lambda made, shape, body: {**made, **{k: body[k] for k in body if k == "createdAt"}},
    )


@fault("write fidelity", "Reading a book never gives its isbn back, only writing does.")
def isbn_is_not_read_back(library: "Library") -> None:
    def read(reply: Reply, _call: Call) -> Reply:
        reply.body["isbn"] = None
        return reply

    after(library, "read_book", read)


# --- lists ---


@fault("lists", "A book can be read under any author of its tenant.")
def book_is_found_under_any_author(library: "Library") -> None:
    def book(original: Original, call: Call) -> Any:
        found = library.books.find(library.author(call).tenant, call.values["bookId"])
        return found or original(call)

    instead(library, "book", book)


@fault("lists", "The list of books of an author who does not exist is empty, where 404 is documented.")
def books_of_nobody_are_none(library: "Library") -> None:
    def listed(original: Original, call: Call) -> Reply:
        known = library.authors.find(call.tenant, call.values["authorId"])
        reply: Reply = original(call) if known else library.page(call, [])
        return reply

    instead(library, "list_books", listed)


@fault("lists", "The list of authors misses the newest.")
def list_misses_the_newest_author(library: "Library") -> None:
    after(library.authors, "of", lambda rows, tenant: rows[:-1])


@fault("lists", "Each page but the first begins with the last record of the page before.")
def pages_overlap(library: "Library") -> None:
    instead(library, "window", lambda old, rows, limit, offset: old(rows, limit, max(offset - 1, 0)))


@fault("lists", "Every page is the first: offset is ignored.")
def offset_is_ignored(library: "Library") -> None:
    instead(library, "window", lambda old, rows, limit, offset: old(rows, limit, 0))


@fault("lists", "A page holds one record more than limit.")
def page_holds_one_too_many(library: "Library") -> None:
    instead(library, "window", lambda old, rows, limit, offset: old(rows, limit + 1, offset))


@fault("lists", "The filter by year is ignored.")
def year_filter_is_ignored(library: "Library") -> None:
    def filtered(original: Original, rows: list[Row], **wanted: Any) -> Any:
        wanted.pop("year", None)
        return original(rows, **wanted)

    instead(library, "filtered", filtered)


@fault("lists", "Of two filters either is enough.")
def two_filters_are_either_or(library: "Library") -> None:
    def filtered(original: Original, rows: list[Row], **wanted: Any) -> Any:
        return [row for row in rows if not wanted or any(row.fields[name] == wanted[name] for name in wanted)]

    instead(library, "filtered", filtered)


@fault("lists", "A listed author comes without the bio that reading it gives.")
def listed_author_differs(library: "Library") -> None:
    def page(reply: Reply, *_: Any) -> Reply:
        reply.body = [{**item, "bio": None} if "bio" in item else item for item in reply.body]
        return reply

    after(library, "page", page)


@fault("lists", "Without limit a page holds seven records, though the default is 5.")
def default_page_holds_seven(library: "Library") -> None:
    def query(found: Fields, call: Call, **_: Shape) -> Fields:
        left_out = "limit" in found and "limit=" not in call.query
        return {**found, "limit": 7} if left_out else found

    instead(library, "query", lambda old, call, **shapes: query(old(call, **shapes), call))


@fault("lists", "X-Total-Count is the number of records on the page.")
def total_counts_the_page_only(library: "Library") -> None:
    def page(reply: Reply, *_: Any) -> Reply:
        reply.headers["X-Total-Count"] = str(len(reply.body))
        return reply

    after(library, "page", page)


# --- update ---


@fault("update", "A PATCH of an author that does not give the bio clears it.")
def patch_resets_the_bio(library: "Library") -> None:
    def act(row: Row, body: Fields) -> None:
        if "bio" in row.fields and "bio" not in body and body:
            body["bio"] = None

    before(library, "changed", act)


@fault("update", "A PATCH is answered as if it were done, and is not.")
def patch_is_not_stored(library: "Library") -> None:
    def changed(original: Original, row: Row, body: Fields) -> Row:
        copy = Row(row.id, row.tenant, row.serial, row.fields)
        result: Row = original(copy, body)
        return result

    instead(library, "changed", changed)


@fault("update", "A PATCH does not move updatedAt.")
def updated_at_stays(library: "Library") -> None:
    _times(library, lambda old, new: {"updatedAt": old["updatedAt"]})


@fault("update", "A PATCH moves createdAt.")
def created_at_moves(library: "Library") -> None:
    _times(library, lambda old, new: {"createdAt": new["updatedAt"]})


def _times(library: "Library", change: Callable[[Fields, Fields], Fields]) -> None:
    def changed(original: Original, row: Row, body: Fields) -> Row:
        old = row.fields
        original(row, body)
        row.fields = {**row.fields, **change(old, row.fields)}
        return row

    instead(library, "changed", changed)


@fault("update", "A PATCH of a book changes every book of the author.")
def patch_changes_the_other_books(library: "Library") -> None:
    def act(row: Row, body: Fields) -> None:
        for other in library.books.of(row.tenant):
            if other is not row and other.fields["authorId"] == row.fields.get("authorId"):
                other.fields = {**other.fields, **body}

    before(library, "changed", act)


@fault("update", "An empty PATCH clears everything nullable.")
def empty_patch_clears(library: "Library") -> None:
    def act(row: Row, body: Fields) -> None:
        nullable = ("bio", "country", "born", "subtitle", "isbn", "seriesKey", "price")
        body |= {} if body else {name: None for name in nullable if name in row.fields}

    before(library, "changed", act)


@fault("update", "A PATCH of a book with one bad property is refused, and the good ones are kept.")
def refused_patch_is_applied_in_part(library: "Library") -> None:
    def body(original: Original, call: Call, shape: Shape, *media_type: str) -> Any:
        try:
            return original(call, shape, *media_type)
        except Refusal as refusal:
            if refusal.status == 422 and call.method == "PATCH":
                _keep_the_good(library, call, shape)
            raise

    instead(library, "body", body)


def _keep_the_good(library: "Library", call: Call, shape: Shape) -> None:
    row = library.book(call) if "bookId" in call.values else library.author(call)
    given = library.decoded(call, (call.header("content-type") or "").partition(";")[0])
    known = shape["properties"]
    pairs = given.items() if isinstance(given, dict) else ()
    good = {name: value for name, value in pairs if name in known and not problem(known[name], value)}
    row.fields = {**row.fields, **good}


# --- delete ---


@fault("delete", "A deleted author can still be read.")
def deleted_author_stays_readable(library: "Library") -> None:
    gone = ghosts(library.authors)

    def read(original: Original, call: Call) -> Any:
        row = gone.get((call.tenant, call.values["authorId"]))
        return Reply(200, library.show(row)) if row else original(call)

    instead(library, "read_author", read)


@fault("delete", "A deleted book is still in the list.")
def deleted_book_stays_in_the_list(library: "Library") -> None:
    haunting(library.books)


@fault("delete", "The books of a deleted author can still be read.")
def books_outlive_their_author(library: "Library") -> None:
    def book(original: Original, call: Call) -> Row:
        row = library.books.find(call.tenant, call.values["bookId"])
        return row or original(call)

    instead(library, "remove_author", lambda original, row: library.authors.remove(row))
    instead(library, "book", book)


@fault("delete", "Deleting a book takes the author's next one with it.")
def deleting_a_book_takes_another(library: "Library") -> None:
    def act(row: Row) -> None:
        others = [book for book in library.books.of(row.tenant) if book is not row]
        same = [book for book in others if book.fields["authorId"] == row.fields["authorId"]]
        for book in same[:1]:
            library.books.remove(book)

    before(library, "remove_book", act)
