"""Parameters from the bytes of a request to values: styles, types and what is refused on purpose.

Many schemas in `documents/parameters.yaml` admit one value only: there a 200 says what the text became.
"""

from collections.abc import Iterator

import pytest

from openapi.document import load
from openapi.explain import Problem
from openapi.parameters import compile_parameters
from openapi.schema import Schemas
from openapi.style import ABSENT
from tests.handlers.raw import DOCUMENTS, Mock, serving

DIGITS = "9" * 5000


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with serving("parameters.yaml") as mock:
        yield mock


@pytest.fixture(scope="module")
def newer() -> Iterator[Mock]:
    with serving("parameters_3_1.yaml") as mock:
        yield mock


ACCEPTED = {
    "an integer": "/scalars?limit=7",
    "a boolean": "/scalars?flag=true",
    "null for a nullable integer": "/scalars?maybe=null",
    "a number with an exponent": "/scalars?ratio=-1.5e3",
    "a whole number": "/scalars?ratio=2",
    "an empty text": "/scalars?text=",
    "plus as a space": "/scalars?text=a+b",
    "text that looks like a number": "/scalars?text=007",
    "an encoded parameter name": "/scalars?%6Cimit=7",
    "an empty query": "/scalars?",
    "empty parts of a query": "/scalars?&limit=7&",
    "a repeated list": "/lists?multi=1&multi=2&multi=3",
    "a list with commas": "/lists?csv=1,2,3",
    "a list with pipes": "/lists?pipes=1|2|3",
    "a list with encoded pipes": "/lists?pipes=1%7C2%7c3",
    "a list with encoded spaces": "/lists?spaces=1%202%203",
    "a list with pluses": "/lists?spaces=1+2+3",
    "an encoded comma inside an item": "/lists?words=a%2Cb,c%20d",
    "commas in repeated items": "/lists?names%5B%5D=a,b&names[]=c+d",
    "a deep object": "/objects?deep[x]=3&deep[y]=true",
    "a deep object with encoded brackets": "/objects?deep%5Bx%5D=3&deep%5By%5D=true",
    "an object in one value": "/objects?flat=x,3,y,true",
    "an object spread over the query": "/objects?y=true&x=3",
    "a parameter that is JSON": "/json?filter=%7B%22ids%22%3A%5B1%2Cnull%5D%7D",
    "the integer branch of a oneOf": "/untyped?either=10",
    "the boolean branch of a oneOf": "/untyped?either=false",
    "an integer of an enum without type": "/untyped?choice=1",
    "a text of an enum without type": "/untyped?choice=two",
    "a boolean of an enum without type": "/untyped?choice=true",
    "an integer by allOf": "/untyped?both=5",
    "anything where anything goes": "/untyped?free=%5B",
    "a simple list": "/simple/1,2,3",
    "a label": "/label/.5",
    "a list in a label": "/label_list/.1,2,3",
    "a spread list in a label": "/label_spread/.1.2.3",
    "a matrix value": "/matrix/;value=5",
    "a list in a matrix value": "/matrix_list/;value=1,2,3",
    "a spread list in a matrix value": "/matrix_spread/;value=1;value=2;value=3",
    "an object in a matrix value": "/matrix_object/;x=3;y=true",
    "a negative integer": "/integers/-5",
    "an integer of 400 digits": "/integers/" + "9" * 400,
    "an encoded slash": "/texts/a%2Fb",
    "an encoded space": "/texts/a%20b",
    "a plus in a path": "/texts/a+b",
    "a semicolon in a path": "/texts/a;b",
    "UTF-8 in a path": "/texts/na%C3%AFve",
    "dots in a path": "/texts/..",
    "a NUL in a path": "/texts/a%00b",
    "a uuid": "/formats?uuid=6310db44-39c9-4e4d-8b67-83c45700e545",
    "a date": "/formats?date=2024-02-29",
    "a date-time": "/formats?time=2024-02-29T12:00:00Z",
    "a decimal": "/formats?amount=-0.50",
    "the largest int32": "/formats?small=2147483647",
    "the smallest int64": "/formats?large=-9223372036854775808",
}


@pytest.mark.parametrize("path", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_it_decodes(mock: Mock, path: str) -> None:
    """Text in the declared style arrives as the declared value."""
    answer = mock.ask("GET", path)
    assert (200, {"accepted": True}) == (answer.status, answer.json)


REFUSED = {
    "an unknown parameter": ("/scalars?limits=7", "query.limits"),
    "a known parameter in other letters": ("/scalars?Limit=7", "query.Limit"),
    "a repeated scalar": ("/scalars?limit=7&limit=7", "query.limit"),
    "a leading zero": ("/scalars?limit=007", "query.limit"),
    "a plus sign": ("/scalars?limit=%2B5", "query.limit"),
    "a fraction for an integer": ("/scalars?limit=1.0", "query.limit"),
    "an exponent for an integer": ("/scalars?limit=1e1", "query.limit"),
    "an underscore in an integer": ("/scalars?limit=1_0", "query.limit"),
    "a space around an integer": ("/scalars?limit=+5", "query.limit"),
    "digits of another script": ("/scalars?limit=%D9%A5", "query.limit"),
    "an integer with a line feed": ("/scalars?limit=5%0A", "query.limit"),
    "an empty integer": ("/scalars?limit=", "query.limit"),
    "an integer without a sign for equal": ("/scalars?limit", "query.limit"),
    "an integer out of range": ("/scalars?limit=101", "query.limit"),
    "an integer of 5,000 digits": (f"/scalars?limit={DIGITS}", "query.limit"),
    "a boolean in capitals": ("/scalars?flag=TRUE", "query.flag"),
    "a boolean as a digit": ("/scalars?flag=1", "query.flag"),
    "NaN": ("/scalars?ratio=NaN", "query.ratio"),
    "Infinity": ("/scalars?ratio=Infinity", "query.ratio"),
    "a number beyond all floats": ("/scalars?ratio=1e400", "query.ratio"),
    "a number of 5,000 digits": (f"/scalars?ratio={DIGITS}", "query.ratio"),
    "a text that is too long": ("/scalars?text=12345678901", "query.text"),
    "a percent sign that escapes nothing": ("/scalars?text=%zz", "query.text"),
    "half an escape": ("/scalars?text=100%", "query.text"),
    "bytes that are not UTF-8": ("/scalars?text=%ff", "query.text"),
    "an encoded lone surrogate": ("/scalars?text=%ED%A0%80", "query.text"),
    "a name that is not UTF-8": ("/scalars?%ff=1", "query"),
    "commas in a repeated list of integers": ("/lists?multi=1,2,3", "query.multi"),
    "a repeated list with commas": ("/lists?csv=1,2&csv=3", "query.csv"),
    "a list of other items": ("/lists?csv=1,x,3", "query.csv"),
    "an empty list": ("/lists?csv=", "query.csv"),
    "an unknown member of a deep object": ("/objects?deep[x]=3&deep[y]=true&deep[z]=1", "query.deep.z"),
    "half a deep object": ("/objects?deep[x]=3", "query.deep.y"),
    "an unknown object in brackets": ("/objects?other[x]=3", "query.other[x]"),
    "half a pair": ("/objects?flat=x,3,y", "query.flat"),
    "a member of another type": ("/objects?x=3&y=yes", "query.spread.y"),
    "a parameter that is no JSON": ("/json?filter=%7B", "query.filter"),
    "JSON that does not fit": ("/json?filter=%7B%7D", "query.filter.ids"),
    "JSON with NaN": ("/json?filter=%7B%22ids%22%3A%5BNaN%5D%7D", "query.filter"),
    "JSON that is nested 100,000 deep": ("/json?filter=" + "[" * 60_000, "query.filter"),
    "no branch of a oneOf": ("/untyped?either=9", "query.either"),
    "no value of an enum": ("/untyped?choice=3", "query.choice"),
    "a text where allOf says integer": ("/untyped?both=x", "query.both"),
    "an integer that allOf forbids": ("/untyped?both=4", "query.both"),
    "a label without its dot": ("/label/5", "path.value"),
    "a matrix value without its name": ("/matrix/5", "path.value"),
    "a matrix value of another name": ("/matrix/;other=5", "path.value"),
    "a text for an integer in a path": ("/integers/five", "path.value"),
    "5,000 digits in a path": (f"/integers/{DIGITS}", "path.value"),
    "an escape of nothing in a path": ("/texts/%zz", "path.value"),
    "a path that is not UTF-8": ("/texts/%ff", "path.value"),
    "a NUL that is not declared": ("/texts/%00", "path.value"),
    "no uuid": ("/formats?uuid=6310db44", "query.uuid"),
    "no date": ("/formats?date=2023-02-29", "query.date"),
    "no date-time": ("/formats?time=2024-02-29", "query.time"),
    "no decimal": ("/formats?amount=1,5", "query.amount"),
    "a decimal that is not a number": ("/formats?amount=NaN", "query.amount"),
    "one more than an int32": ("/formats?small=2147483648", "query.small"),
    "one less than an int64": ("/formats?large=-9223372036854775809", "query.large"),
}


@pytest.mark.parametrize(("path", "place"), REFUSED.values(), ids=REFUSED.keys())
def test_it_refuses(mock: Mock, path: str, place: str) -> None:
    """What the document does not allow is 400, and the answer says where."""
    answer = mock.ask("GET", path)
    assert (400, "application/problem+json") == (answer.status, answer.headers["content-type"])
    assert f"{place}: " in answer.json["detail"]
    assert len(answer.body) < 1000


HEADERS = {
    "an integer": ("/headers", {"X-Count": "12"}),
    "a header name in odd letters": ("/headers", {"x-cOUNT": "12"}),
    "space around a value": ("/headers", {"X-Count": "  12\t"}),
    "a boolean": ("/headers", {"X-Flag": "true"}),
    "a list": ("/headers", {"X-Ids": "1, 2,3"}),
    "an object": ("/headers", {"X-Point": "x=3,y=true"}),
    "a header that OpenAPI ignores": ("/headers", {"Authorization": "anything"}),
    "an integer in a cookie": ("/cookies", {"Cookie": "count=12"}),
    "several cookies": ("/cookies", {"Cookie": "other=1; flag=true;ids=1,2,3"}),
}


@pytest.mark.parametrize(("path", "headers"), HEADERS.values(), ids=HEADERS.keys())
def test_it_decodes_headers_and_cookies(mock: Mock, path: str, headers: dict[str, str]) -> None:
    """Headers and cookies are text; they arrive as the declared type."""
    assert 200 == mock.ask("GET", path, headers=headers).status


BAD_HEADERS = {
    "a text for an integer": ("/headers", {"X-Count": "twelve"}, "header.X-Count"),
    "an integer with a leading zero": ("/headers", {"X-Count": "012"}, "header.X-Count"),
    "an integer of 5,000 digits": ("/headers", {"X-Count": DIGITS}, "header.X-Count"),
    "an empty integer": ("/headers", {"X-Count": ""}, "header.X-Count"),
    "a list of other items": ("/headers", {"X-Ids": "1,b"}, "header.X-Ids"),
    "bytes above ASCII": ("/headers", {"X-Count": "zwölf"}, "header.X-Count"),
    "a text for an integer in a cookie": ("/cookies", {"Cookie": "count=x"}, "cookie.count"),
    "a cookie twice": ("/cookies", {"Cookie": "count=12; count=12"}, "cookie.count"),
}


@pytest.mark.parametrize(("path", "headers", "place"), BAD_HEADERS.values(), ids=BAD_HEADERS.keys())
def test_it_refuses_headers_and_cookies(mock: Mock, path: str, headers: dict[str, str], place: str) -> None:
    """A header or cookie that does not fit is 400."""
    answer = mock.ask("GET", path, headers=headers)
    assert 400 == answer.status
    assert f"{place}: " in answer.json["detail"]


def test_all_problems_come_at_once(mock: Mock) -> None:
    """One answer names everything that is missing and everything that is wrong."""
    detail = mock.ask("GET", "/required?other=1").json["detail"]
    places = ["query.other", "query.limit", "header.X-Count", "cookie.count"]
    assert places == [place for place in places if f"{place}: " in detail]


NEWER = {
    "an integer or null": ("?size=6", 200),
    "an exclusive bound that is a number": ("?size=5", 400),
    "the text null, which is no other text": ("?size=null", 200),
    "a constant without type": ("?kind=7", 200),
    "another constant": ("?kind=8", 400),
    "items by place": ("?pair=1,a", 200),
    "one item too many": ("?pair=1,a,b", 400),
    "a list of types, as an integer": ("?id=12", 200),
    "a list of types, as a text": ("?id=abc", 200),
    "a list of types, as neither": ("?id=ABC", 400),
}


@pytest.mark.parametrize(("query", "status"), NEWER.values(), ids=NEWER.keys())
def test_schemas_of_3_1(newer: Mock, query: str, status: int) -> None:
    """OpenAPI 3.1 has JSON Schema 2020-12; its parameters are judged by it."""
    assert status == newer.ask("GET", f"/values{query}").status


def test_defaults() -> None:
    """A query parameter that is absent has its default; a header, and one without default, stays absent."""
    document = load(DOCUMENTS / "parameters.yaml")
    operation = next(o for o in document.operations if o.path == "/scalars")
    problems: list[Problem] = []
    decoders = compile_parameters(operation.parameters, document, Schemas(document, "request"))
    found = {decoder.name: decoder.decode([], {}, problems) for decoder in decoders}
    given = {"limit": 20, "flag": False, "ratio": ABSENT, "text": ABSENT, "maybe": ABSENT, "X-Unit": ABSENT}
    assert (given, []) == (found, problems)


@pytest.mark.parametrize("name", ["mock", "newer"])
def test_nothing_here_met_a_fault(name: str, request: pytest.FixtureRequest) -> None:
    """The mock's own log knows of no 500 among these requests."""
    served: Mock = request.getfixturevalue(name)
    assert set() == {entry["status"] for entry in served.log()} - {200, 400}
