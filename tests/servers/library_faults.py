"""What one request to the library can show to be wrong, from its shape to its caller."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers import exact
from tests.servers.faults import Faults, after, answering, before, crashing, instead, showing, unasked
from tests.servers.service import Call, Refusal, Reply
from tests.servers.shapes import Shape
from tests.servers.tables import Row

if TYPE_CHECKING:
    from tests.servers.library import Library

FAULTS = Faults()
fault = FAULTS

Original = Callable[..., Any]

# --- shape ---


@fault("shape", "An author comes without createdAt, which is required.")
def author_lacks_its_created_time(library: "Library") -> None:
    showing(library, "born", lambda shown: {name: shown[name] for name in shown if name != "createdAt"})


@fault("shape", "The year of a book is sent as text.")
def year_is_sent_as_text(library: "Library") -> None:
    showing(library, "year", lambda shown: {**shown, "year": str(shown["year"])})


@fault("shape", "A book has a property that its closed schema does not know.")
def book_has_an_undeclared_property(library: "Library") -> None:
    showing(library, "title", lambda shown: {**shown, "shelf": 7})


@fault("shape", "An author who is not active comes with active null, which is not nullable.")
def false_is_sent_as_null(library: "Library") -> None:
    showing(library, "active", lambda shown: {**shown, "active": shown["active"] or None})


@fault("shape", "Deleting an author answers 204 and, all the same, the author.")
def deleted_author_comes_with_204(library: "Library") -> None:
    def delete(original: Original, call: Call) -> Reply:
        shown = library.show(library.author(call))
        original(call)
        length = str(len(exact.encode(shown)))
        return Reply(204, shown, {"Content-Length": length, "Connection": "close"})

    instead(library, "delete_author", delete)


# --- statuses ---


@fault("statuses", "Creating an author answers 200, where only 201 is documented.")
def create_author_answers_200(library: "Library") -> None:
    answering(library, "create_author", 200)


@fault("statuses", "A book that does not exist is answered with 400, where 404 is documented.")
def missing_book_answers_400(library: "Library") -> None:
    def book(original: Original, call: Call) -> Row:
        try:
            row: Row = original(call)
        except Refusal as refusal:
            raise Refusal(400, refusal.reason) from None
        return row

    instead(library, "book", book)


# --- headers ---


@fault("headers", "A created author is answered without Location.")
def created_author_has_no_location(library: "Library") -> None:
    def bare(reply: Reply, _call: Call) -> Reply:
        reply.headers.clear()
        return reply

    after(library, "create_author", bare)


@fault("headers", "The Location of a created book is that of its author.")
def location_of_a_book_is_its_author(library: "Library") -> None:
    instead(library, "created", lambda original, row, path: original(row, path.partition("/books")[0]))


@fault("headers", "Lists come without X-Total-Count.")
def total_count_is_missing(library: "Library") -> None:
    instead(library, "page", lambda original, *given: Reply(200, original(*given).body))


@fault("headers", "Good answers are called text/html.")
def answers_are_called_html(library: "Library") -> None:
    def renamed(reply: Reply, *_: Any) -> Reply:
        reply.media_type = "text/html" if reply.status < 300 else reply.media_type
        return reply

    after(library, "finished", renamed)


# --- methods ---


@fault("methods", "PUT on an author or a book does what PATCH does, though it is not documented.")
def undocumented_put_is_carried_out(library: "Library") -> None:
    def operation(original: Original, call: Call, methods: dict[str, str]) -> str:
        name: str = (
            methods["PATCH"] if call.method == "PUT" and "PATCH" in methods else original(call, methods)
        )
        return name

    instead(library, "operation", operation)


@fault("methods", "A method that is not allowed is answered 405 without Allow.")
def refused_method_comes_without_allow(library: "Library") -> None:
    def silent(reply: Reply, refusal: Refusal) -> Reply:
        reply.headers = {name: text for name, text in reply.headers.items() if name != "Allow"}
        return reply

    after(library, "refused", silent)


# --- input ---


@fault("input", "Texts and arrays of any length are accepted: maxLength is not checked.")
def max_length_is_not_checked(library: "Library") -> None:
    library.unchecked.add("maxLength")


@fault("input", "The length of a name or a title is counted in bytes of UTF-8, not in characters.")
def max_length_counts_bytes(library: "Library") -> None:
    def check(shape: Shape, value: Any) -> None:
        text = value.get("title", value.get("name")) if isinstance(value, dict) else None
        if isinstance(text, str) and len(text.encode("utf-8", "surrogatepass")) > 60:
            raise Refusal(422, "longer than 60 bytes")

    before(library, "check", check)


@fault("input", "Any text is a genre: enum is not checked.")
def enum_is_not_checked(library: "Library") -> None:
    library.unchecked.add("enum")


@fault("input", "Undeclared properties are accepted where the schema is closed.")
def undeclared_properties_are_accepted(library: "Library") -> None:
    library.unchecked.add("additionalProperties")

    def known(body: dict[str, Any], _call: Call, shape: Shape, *_: str) -> dict[str, Any]:
        return {name: item for name, item in body.items() if name in shape["properties"]}

    after(library, "body", known)


@fault("input", "A price need not be a multiple of 0.25.")
def multiple_of_is_not_checked(library: "Library") -> None:
    library.unchecked.add("multipleOf")


@fault("input", "The same tag may be given twice: uniqueItems is not checked.")
def unique_items_is_not_checked(library: "Library") -> None:
    library.unchecked.add("uniqueItems")


@fault("input", "An empty array of tags is accepted: minItems is not checked.")
def min_items_is_not_checked(library: "Library") -> None:
    library.unchecked.add("minItems")


@fault("input", "Any text is a series key: format uuid is not checked.")
def uuid_format_is_not_checked(library: "Library") -> None:
    unasked(library, "seriesKey")


@fault("input", "A title of exactly 60 characters is refused, though maxLength is 60.")
def longest_title_is_refused(library: "Library") -> None:
    def check(shape: Shape, value: Any) -> None:
        title = value.get("title") if isinstance(value, dict) else None
        if isinstance(title, str) and len(title) == 60:
            raise Refusal(422, "the title is too long")

    before(library, "check", check)


@fault("input", "A book without tags is refused, though tags are optional.")
def optional_tags_are_required(library: "Library") -> None:
    def check(shape: Shape, value: Any) -> None:
        if "title" in shape.get("required", ()) and isinstance(value, dict) and "tags" not in value:
            raise Refusal(422, "tags are required")

    before(library, "check", check)


@fault("input", "An isbn of null is refused, though it is nullable.")
def null_isbn_is_refused(library: "Library") -> None:
    def check(shape: Shape, value: Any) -> None:
        if isinstance(value, dict) and value.get("isbn", "none") is None:
            raise Refusal(422, "isbn is null")

    before(library, "check", check)


@fault("input", "A year given as text of digits is taken as the number.")
def year_is_taken_from_text(library: "Library") -> None:
    def received(value: Any, _shape: Shape, _given: Any) -> Any:
        year = value.get("year") if isinstance(value, dict) else None
        digits = isinstance(year, str) and year.isascii() and year.isdigit()
        return {**value, "year": int(str(year))} if digits else value

    after(library, "received", received)


@fault("input", "A limit above its maximum is accepted.")
def limit_above_its_maximum_is_accepted(library: "Library") -> None:
    def check(original: Original, name: str, shape: Shape, value: Any) -> None:
        original(name, shape, min(value, 50) if name == "limit" and value else value)

    instead(library, "check_parameter", check)


# --- crash ---


@fault("crash", "A text with a character beyond U+FFFF in a body answers 500.")
def emoji_crashes(library: "Library") -> None:
    crashing(library, lambda text: any(character > "\uffff" for character in text))


@fault("crash", "A text with a NUL in a body answers 500.")
def nul_crashes(library: "Library") -> None:
    crashing(library, lambda text: "\0" in text)


@fault("crash", "A page past the end of a list answers 500.")
def page_past_the_end_crashes(library: "Library") -> None:
    def look(rows: list[Row], _limit: int, offset: int) -> None:
        if offset > len(rows):
            raise RuntimeError("there is no such page")

    before(library, "window", look)


# --- auth ---


@fault("auth", "Reading needs no token.")
def reading_needs_no_token(library: "Library") -> None:
    def caller(original: Original, call: Call) -> str:
        free = call.method == "GET" and call.header("authorization") is None
        return "one" if free else original(call)

    instead(library, "caller", caller)


@fault("auth", "The beginning of a token is enough.")
def beginning_of_a_token_is_enough(library: "Library") -> None:
    _tokens(library, lambda token, given: bool(given) and token.startswith(given))


@fault("auth", "A token in capitals, or all in small letters, is accepted.")
def case_of_a_token_is_ignored(library: "Library") -> None:
    _tokens(library, lambda token, given: token.lower() == given.lower())


def _tokens(library: "Library", alike: Callable[[str, str], bool]) -> None:
    def caller(original: Original, call: Call) -> str:
        scheme, _, given = (call.header("authorization") or "").partition(" ")
        known = [headers["Authorization"].partition(" ")[2] for headers in library.CREDENTIALS]
        found = [n for n, token in enumerate(known) if scheme.lower() == "bearer" and alike(token, given)]
        return ["one", "two"][found[0]] if found else original(call)

    instead(library, "caller", caller)


@fault("auth", "A DELETE without a valid token is answered 401, and carried out.")
def refused_caller_still_deletes(library: "Library") -> None:
    def caller(original: Original, call: Call) -> str:
        try:
            tenant: str = original(call)
        except Refusal:
            _delete_anyway(library, call)
            raise
        return tenant

    instead(library, "caller", caller)


def _delete_anyway(library: "Library", call: Call) -> None:
    book = library.books.anyone(call.values.get("bookId"))
    author = library.authors.anyone(call.values.get("authorId"))
    if call.method == "DELETE" and book:
        library.remove_book(book)
    elif call.method == "DELETE" and author and "bookId" not in call.values:
        library.remove_author(author)
