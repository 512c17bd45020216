"""What the document itself says an operation answers: a written example that is valid, else a value made
from the schema."""

from collections import Counter
from collections.abc import Callable
from functools import cache

from handlers.call import NO_BODY, Call, Handler, Json, Reply, steady
from handlers.generic.echo import Pairs, echoed
from handlers.generic.headers import declared_headers
from handlers.generic.made import Maker
from handlers.problems import BadRequest
from openapi import media
from openapi.document import Document
from openapi.operation import Operation, Place, Response
from openapi.schema import Schemas
from openapi.source import join_pointer


class Documented:
    """Replies taken from the document alone. They read no store and change nothing."""

    def __init__(self, document: Document, responses: Schemas, maker: Maker) -> None:
        self._document, self._schemas, self._maker = document, responses, maker
        self._told: Counter[str] = Counter()
        """How often which answer was made up anew."""

    def handler(self, operation: Operation) -> Handler:
        """A function that always gives the documented answer of the first success: an example that is valid,
        of several the one whose request is alike; else a value that is made, the same for one request. What
        the request says under the name of a member is said again there."""
        status = self.default_status(operation)
        response = operation.response(status)
        if response is None:
            return lambda _call: Reply(status=status)
        place = _json_first(response)
        pairs = Pairs(self._document, operation)
        echo = self._echo(place)

        @cache
        def written() -> dict[str, Json]:
            return dict(self._maker.examples(place)) if place else {}

        def answer(call: Call) -> Reply:
            headers = declared_headers(response, {}, self._schemas, self._maker)
            if place is None:
                return Reply(NO_BODY, status, headers)
            known = written()
            name = pairs.named(call, known)
            if name is not None:
                return Reply(known[name], status, headers)
            body = next(iter(known.values())) if known else self._maker.made(place, operation.id)
            return Reply(echo(body, call), status, headers)

        return steady(answer)

    def _echo(self, place: Place | None) -> Callable[[Json, Call], Json]:
        """What repeats the request in a body, as far as it stays valid."""
        if place is None or place.get("schema") is None:
            return lambda body, _call: body
        pointer = join_pointer(place.pointer, "schema")
        return lambda body, call: echoed(body, call, self._schemas.at(pointer))

    def reply(
        self,
        operation: Operation,
        status: int | None = None,
        example: str | None = None,
        dynamic: bool = False,
    ) -> Reply:
        """The answer for a status (default: the first success, else the first declared) and a named
        example, or a made-up one.

        Raises BadRequest when the operation does not declare the status, or that status the example.
        """
        chosen = status if status is not None else self.default_status(operation)
        response = operation.response(chosen)
        if response is None:
            if not operation.responses and status is None:
                return Reply(status=chosen)
            declared = ", ".join(operation.responses) or "no response"
            raise BadRequest(f"{operation.id} declares {declared}, not {chosen}", error="Status not declared")
        headers = declared_headers(response, {}, self._schemas, self._maker)
        return Reply(self._body(operation, response, example, dynamic), chosen, headers)

    def default_status(self, operation: Operation) -> int:
        """The first declared success; else a redirect that is declared; else 200, for a valid request is no
        error."""
        if operation.success is not None:
            return operation.success
        redirects = sorted(key for key in operation.responses if key[0] == "3" and key.isdecimal())
        return int(redirects[0]) if redirects else 200

    def examples(self, response: Response) -> dict[str, Json]:
        """The written examples of a response by name, over all its media types; an unnamed `example` has
        the name ``."""
        return {
            name: value for place in response.content.values() for name, value in self._maker.written(place)
        }

    def _body(self, operation: Operation, response: Response, example: str | None, dynamic: bool) -> Json:
        place = _json_first(response)
        if place is None:
            if example is not None:
                raise _no_example(response, example, {})
            return NO_BODY
        if example is not None:
            written = dict(self._maker.written(place))
            if example not in written:
                raise _no_example(response, example, written)
            return written[example]
        valid = () if dynamic else [value for _, value in self._maker.examples(place)]
        if valid:
            return valid[0]
        key = f"{operation.id} {response.key}"
        if dynamic:  # each is another one, whatever other operations are asked meanwhile
            self._told[key] += 1
            key = f"{key} {self._told[key]}"
        return self._maker.made(place, key, not dynamic)


def _json_first(response: Response) -> Place | None:
    name = media.preferred(response.content)
    return response.content[name] if name is not None else None


def _no_example(response: Response, example: str, written: dict[str, Json]) -> BadRequest:
    names = ", ".join(name for name in written if name) or "none"
    return BadRequest(
        f"the examples of {response.key} are: {names}; not {example!r}", error="Example not declared"
    )
