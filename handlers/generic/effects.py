"""What an action does to its item, where its name and the item's properties make that plain: `cancel` moves
the state to `canceled`, `lock` turns the switch `locked` on, and `unlock` or its DELETE off."""

from collections.abc import Iterator

from handlers.call import Json
from openapi.codec import Json as Tree
from openapi.dialect import parts
from openapi.inference.naming import plain
from openapi.resources import Action, Property, Resource
from openapi.shape import shape

_SHORTEST = 3
_ENDS = ("ed", "d", "led", "ted", "ped", "ned", "red", "n", "en", "t", "")
_IRREGULAR = {
    "pay": "paid", "send": "sent", "start": "running", "stop": "stopped", "enable": "active",
    "activate": "active", "deactivate": "inactive", "disable": "inactive", "win": "won", "lose": "lost",
    "void": "void", "open": "open", "reopen": "open",
}  # fmt: skip
_BRANCHES = ("allOf", "anyOf", "oneOf")


def effect_of(action: Action, resource: Resource, tree: Tree) -> dict[str, Json]:
    """The properties that an action sets, with their values."""
    verb = plain(action.name.rpartition("/")[2])
    found = resource.properties.values() if len(verb) >= _SHORTEST else ()
    return dict(pair for each in found for pair in _set(each, verb, action.operation.method, tree))


def _set(found: Property, verb: str, method: str, tree: Tree) -> Iterator[tuple[str, Json]]:
    if found.read is None or found.role not in ("server", "plain"):
        return
    values = [value for part in parts(tree, found.read, _BRANCHES) for value in part.get("enum") or ()]
    done = [value for value in values if isinstance(value, str) and _is_done(plain(value), verb)]
    if done:
        yield found.name, done[0]
    elif shape(tree, found.read).types - {"null"} == {"boolean"}:
        yield from _switched(found.name, verb, method)


def _switched(name: str, verb: str, method: str) -> Iterator[tuple[str, Json]]:
    bare, undone = plain(name).removeprefix("is"), verb.removeprefix("un")
    if verb != bare and _is_done(bare, verb):
        yield name, method != "DELETE"
    elif undone not in (verb, bare) and len(undone) >= _SHORTEST and _is_done(bare, undone):
        yield name, False


def _is_done(word: str, verb: str) -> bool:
    """Whether a word is what something is after it was done: dispatched, cancelled, archived, paid."""
    stems = {verb, verb.removesuffix("e")} | ({verb[:-1] + "i"} if verb.endswith("y") else set())
    return _IRREGULAR.get(verb) == word or any(word == stem + end for stem in stems for end in _ENDS)
