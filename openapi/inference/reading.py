"""What the operations of a document send and answer, as schemas of their direction."""

from functools import cached_property

from openapi.dialect import Schema
from openapi.document import Document
from openapi.inference.corrections import Corrections, corrections
from openapi.inference.naming import plain
from openapi.inference.view import View
from openapi.media import essence, is_json
from openapi.operation import Operation, Parameter, Place, Response

_NO_ITEM = {"application/json-patch+json", "application/problem+json"}
"""JSON that is not what it is about: steps of a change (RFC 6902), an error (RFC 9457)."""

_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class Reading:
    """A document's operations, for those who infer."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def corrections(self) -> Corrections:
        """What people say about the document. Raises SourceError where that is wrong."""
        return corrections(self.document)

    @cached_property
    def requests(self) -> View:
        return View(self.document.schemas("request"))

    @cached_property
    def responses(self) -> View:
        return View(self.document.schemas("response"))

    def answer(self, operation: Operation) -> Schema | None:
        """The schema of the first declared success with a JSON body; None where there is none."""
        for response in successes(operation):
            if media := json_media(response.content):
                return self.responses.at(media)
        return None

    def body(self, operation: Operation) -> Schema | None:
        """The schema of the JSON request body, or None."""
        media = json_media(operation.body.content) if operation.body else None
        return self.requests.at(media) if media else None

    def form(self, operation: Operation) -> Schema | None:
        """The schema of the request body that is a form, or None."""
        content = operation.body.content if operation.body else {}
        media = next((place for name, place in content.items() if essence(name) in _FORMS), None)
        return self.requests.at(media) if media else None

    def parameter(self, parameter: Parameter) -> Schema | None:
        """The schema of a parameter's value, or None."""
        if is_member(parameter) and parameter.schema:
            return {"$ref": parameter.schema.pointer}
        owner = parameter.place if parameter.schema else next(iter(parameter.content.values()), None)
        return self.requests.at(owner) if owner else None


def is_member(parameter: Parameter) -> bool:
    """Whether a parameter stands for a member of a deep object (`members.py`)."""
    own = parameter.place.value
    return isinstance(own, dict) and "name" not in own and parameter.name.endswith("]")


def json_media(content: dict[str, Place]) -> Place | None:
    """The Media Type Object of the JSON in which a thing itself is sent: `application/json` first, no JSON
    Patch."""
    names = {essence(name): place for name, place in reversed(content.items())}
    found = [name for name in names if is_json(name) and name not in _NO_ITEM]
    if "application/json" in names or not found:
        return names.get("application/json") or names.get("*/*")
    return names[found[-1]]


def successes(operation: Operation) -> list[Response]:
    """The declared successes, in the order of the document; `default` where nothing else is declared."""
    found = [response for key, response in operation.responses.items() if key.startswith("2")]
    return found or ([operation.responses["default"]] if operation.responses.keys() == {"default"} else [])


def header_parameter(operation: Operation, *names: str) -> Parameter | None:
    """The header parameter with one of these names (plain), or None."""
    headers = (each for each in operation.parameters if each.location == "header")
    return next((each for each in headers if plain(each.name) in names), None)


def declares_header(operation: Operation, name: str) -> bool:
    """Whether a success declares a response header, whatever its case."""
    return any(name == header.lower() for response in successes(operation) for header in response.headers)
