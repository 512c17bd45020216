"""The refusals: what goes wrong with a request, as plain exceptions.

    Refusal
    ├── BadRequest            400   what the document does not allow
    │   ├── BadPath           400   the same in the path, so that nothing can be there
    │   └── BadReference      409   the id of a record that is not there
    ├── Unauthorized          401   credentials missing, wrong or only some of them
    ├── Forbidden             403
    │   └── OtherOrganization 403   the record is another organization's (404 where no 403 is declared)
    ├── NotFound              404
    ├── MethodNotAllowed      405
    ├── NotAcceptable         406
    ├── Conflict              409
    ├── PreconditionFailed    412
    ├── TooLarge              413
    ├── UnsupportedMediaType  415
    └── ContractBroken        500   the mock's own fault: its answer breaks the document

How they look on the wire is `errors.py`'s business.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

MOST_DETAILS = 20
"""How many problems one answer lists."""


class Refusal(Exception):
    """A request that is answered with an error. `error` is its title, `details` say what and where."""

    status: int = 500
    instead: ClassVar[tuple[int, ...]] = ()
    """Statuses that say nearly the same, the best first, for operations that do not declare this one."""

    title: ClassVar[str] = "Internal error"

    def __init__(
        self, *details: str, error: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(*details)
        self.error = error or self.title
        self.details = details
        self.headers = dict(headers or {})


class BadRequest(Refusal):
    status = 400
    instead: ClassVar[tuple[int, ...]] = (422,)
    title = "Validation failed"

    @classmethod
    def listing(cls, problems: Iterable[object]) -> "BadRequest":
        """All problems, of which the first MOST_DETAILS are told."""
        sentences = [str(problem) for problem in problems]
        more = len(sentences) - MOST_DETAILS
        return cls(*sentences[:MOST_DETAILS], *([f"and {more} more"] if more > 0 else []))


class BadPath(BadRequest):
    """A value in the path that the document does not allow, so that nothing can be there."""

    instead: ClassVar[tuple[int, ...]] = (422, 404, 410)


class BadReference(BadRequest):
    """A value that fits its schema and names a record which is not there: that is about the state of things
    (409, or 404), before it is about the body."""

    status = 409
    instead: ClassVar[tuple[int, ...]] = (404, 422, 400)


class Unauthorized(Refusal):
    status = 401
    instead: ClassVar[tuple[int, ...]] = (403,)
    title = "Unauthorized"


class Forbidden(Refusal):
    status = 403
    title = "Forbidden"


class OtherOrganization(Forbidden):
    """The record exists, but belongs to another organization.

    `missing` is what to say where that may not be told.
    """

    def __init__(self, missing: str) -> None:
        super().__init__("The resource belongs to another organization")
        self.missing = missing


class NotFound(Refusal):
    status = 404
    instead: ClassVar[tuple[int, ...]] = (410, 403, 409, 422, 400)
    """It is gone; nobody may have it (for which RFC 9110 section 15.5.4 allows 404, too); the state of things
    is against it; the request is."""

    title = "Not found"


class MethodNotAllowed(Refusal):
    status = 405
    title = "Method not allowed"


class NotAcceptable(Refusal):
    status = 406
    instead: ClassVar[tuple[int, ...]] = (400,)
    title = "Not acceptable"


class Conflict(Refusal):
    status = 409
    instead: ClassVar[tuple[int, ...]] = (422, 400)
    title = "Conflict"


class PreconditionFailed(Refusal):
    status = 412
    instead: ClassVar[tuple[int, ...]] = (409,)
    title = "Precondition failed"


class TooLarge(Refusal):
    status = 413
    title = "Content too large"


class Busy(Refusal):
    status = 503
    instead: ClassVar[tuple[int, ...]] = (429, 413)
    title = "Too much at once"


class UnsupportedMediaType(Refusal):
    status = 415
    instead: ClassVar[tuple[int, ...]] = (400, 422)
    title = "Unsupported media type"


class ContractBroken(Refusal):
    status = 500
    title = "The mock broke its contract"
