"""Your own functions for one API (`--handlers FILE`): they win over whatever else would answer.

A function is named after an operation in snake_case, gets a Call and gives a Reply (`call.py`), or raises a
Refusal (`problems.py`); `call.default()` is what would be answered without it:

    from handlers.call import Call, Reply

    def list_pets(call: Call) -> Reply:         # operationId: listPets
        reply = call.default()
        reply.headers["X-Seen-By"] = "me"
        return reply
"""

import inspect
import re
import sys
import traceback
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from handlers.call import Call, Handler, Reply
from handlers.problems import ContractBroken
from openapi.operation import Operation
from openapi.source import SourceError

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def snake_case(operation_id: str) -> str:
    """`listWorkItems` as `list_work_items`: the name of the function that answers it.

    Of an operation without an id it is the method and the path: `get_pets_id` for `GET /pets/{id}`.
    """
    return re.sub(r"[\W_]+", "_", _HUMP.sub("_", operation_id)).strip("_").lower()


class Imported:
    """The functions of a file, for the operations of a document.

    Raises SourceError, with file and line, for a file that cannot be imported and for a function that no
    operation is named after.
    """

    def __init__(self, path: Path, operations: Iterable[Operation]) -> None:
        self.name = path.name
        module = _run(path)
        names = {snake_case(operation.id) for operation in operations}
        self._functions = {snake_case(name): each for name, each in _public(module)}
        for name, function in _public(module):
            _check(path, name, function, names)

    def function(self, operation: Operation, default: Callable[[], Handler]) -> Handler | None:
        """What answers an operation, if the file has it. `default`: what would answer without it."""
        own = self._functions.get(snake_case(operation.id))
        return _guarded(f"{self.name} {own.__name__}", own, default()) if own else None

    def describe(self, operation: Operation) -> str | None:
        """File and function, for a person."""
        own = self._functions.get(snake_case(operation.id))
        return f"{self.name} {own.__name__}" if own else None


def _guarded(name: str, function: Handler, default: Handler) -> Handler:
    """The function, given its default, and blamed by name for what is no Reply."""

    def answer(call: Call) -> Reply:
        call.otherwise = default
        reply: object = function(call)
        if not isinstance(reply, Reply):
            raise ContractBroken(f"{name} gave {type(reply).__name__}, expected a Reply")
        return reply

    return answer


def _run(path: Path) -> ModuleType:
    """The module that a file makes, of its text as it is now; what lies beside it can be imported."""
    module = ModuleType(f"hyfn mock --handlers {path.stem}")
    module.__file__ = str(path)
    folder = str(path.resolve().parent)
    sys.path.insert(0, folder)
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        code = compile(path.read_bytes(), str(path), "exec")
        exec(code, module.__dict__)  # noqa: S102  (the user's own code, named on the command line)
    except OSError as error:
        raise SourceError(str(path), f"cannot be read: {(error.strerror or str(error)).lower()}") from error
    except (Exception, SystemExit) as error:
        told = error.msg if isinstance(error, SyntaxError) else str(error)
        message = f"cannot be imported: {type(error).__name__}: {told}".replace("\n", " ")
        raise SourceError(str(path), message, _line(path, error)) from error
    finally:
        sys.path.remove(folder)
    return module


def _line(path: Path, error: BaseException) -> int | None:
    """The line of the file at which its import failed."""
    if isinstance(error, SyntaxError):
        return error.lineno if error.filename == str(path) else None
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return frames[-1].lineno if frames else None


def _public(module: ModuleType) -> list[tuple[str, Any]]:
    """The functions that a file defines itself, but for those whose names begin with an underscore."""
    functions = inspect.getmembers(module, inspect.isfunction)
    return [(n, each) for n, each in functions if each.__module__ == module.__name__ and n[0] != "_"]


def _check(path: Path, name: str, function: Any, names: set[str]) -> None:
    line = function.__code__.co_firstlineno
    if inspect.iscoroutinefunction(function):
        raise SourceError(str(path), f"{name} is async, expected a plain function", line)
    if snake_case(name) not in names:
        near = get_close_matches(snake_case(name), names, 1) or sorted(names)[:1]
        hint = f"expected a name such as {near[0]}" if near else "the document has no operations"
        message = f"no operation is named {name}: {hint} (helpers begin with an underscore)"
        raise SourceError(str(path), message, line)
