"""After an action whose name is a state, the item is in that state: `cancel`, and `status` is `cancelled`."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.acting import acted, action_of, actions
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same, told
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.subjects import success_pointer
from openapi.codec import Json
from openapi.dialect import parts
from openapi.resources import Action, Resource
from openapi.shape import shape

NAME = "action_has_the_effect_of_its_name"

_SHORTEST = 4
_PAST = ("ed", "d", "led", "ted", "ped", "ned", "red", "n", "en", "t", "")


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource, action in actions(contract):
        for name, state in _states(contract, resource, action):
            yield promise(
                contract,
                NAME,
                Level.CONVENTION,
                action.operation,
                resource,
                pointer=success_pointer(action.operation),
                at=name,
                part=(resource.key, name, state),
                impossible=_later(action) or unseen(resource),
            )


def _later(action: Action) -> str | None:
    waits = "202" in action.operation.responses
    return "it may be carried out later (202)" if waits else None


def _states(contract: Contract, resource: Resource, action: Action) -> Iterator[tuple[str, Json]]:
    """Properties with the one of their values that the action is named after; switches that are named so."""
    stem = _word(action.name.rpartition("/")[2])
    for name, found in resource.properties.items():
        if found.read is None or found.role not in ("server", "plain") or len(stem) < _SHORTEST:
            continue
        pieces = parts(contract.responses.tree, found.read, ("allOf", "anyOf", "oneOf"))
        values = [value for part in pieces for value in part.get("enum") or () if isinstance(value, str)]
        named = [value for value in dict.fromkeys(values) if _is_past(_word(value), stem)]
        if len(named) == 1:
            yield name, named[0]
        elif shape(contract.responses.tree, found.read).types - {"null"} == {"boolean"}:
            yield from _switched(name, stem, action.operation.method)


def _switched(name: str, stem: str, method: str) -> Iterator[tuple[str, Json]]:
    """What a switch is after an action: `lock` leaves `locked` true; its DELETE, and `unlock`, false."""
    bare, undone = _word(name).removeprefix("is"), stem.removeprefix("un")
    if stem != bare and _is_past(bare, stem):
        yield name, method != "DELETE"
    elif undone not in (stem, bare) and len(undone) >= _SHORTEST and _is_past(bare, undone):
        yield name, False


def _is_past(word: str, stem: str) -> bool:
    """Whether a word is what something is after it was done: dispatched, cancelled, archived, verified."""
    stems = {stem, stem.removesuffix("e")} | ({stem[:-1] + "i"} if stem.endswith("y") else set())
    return any(word == each + end for each in stems for end in _PAST)


def _word(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].part[0]]
    action, found = (
        action_of(resource, requirements[0].subject),
        acted(asking, resource, requirements[0].subject),
    )
    for requirement in requirements:
        _, name, state = requirement.part
        now = found.after.value(name)
        if not found.done.succeeded or found.done.status == 202 or not found.after.there:
            yield not_tested(requirement, f"answered {found.done.status}, then {found.after.exchange.status}")
        elif same(now, found.before.value(name)) and not same(now, state):
            yield failed(
                requirement, f"{name} is still {told(now)} after {action.name}", f"{name} is {told(state)}",
                *found.steps, cause="an action has no effect",
            )  # fmt: skip
        else:
            yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Is an item in the state that an action is named after?",
    source="names of actions and of states",
    derive=derive,
    ask=ask,
)
