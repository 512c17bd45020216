"""An action on an item that does not exist is refused."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.acting import act, action_of, actions
from contract_tests.probing.asking import Asking
from contract_tests.probing.promises import promise
from contract_tests.probing.refusals import UNKNOWN, declared, level_of, suits
from contract_tests.spot import STATUS

NAME = "action_on_unknown_id_is_not_found"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource, action in actions(contract):
        reads = None if "read" in resource.operations else "no GET tells whether an id is free"
        level = level_of(action.operation, UNKNOWN, Level.LIFECYCLE)
        silent = None if level is Level.LIFECYCLE else "no declared answer says that nothing is there"
        yield promise(
            contract, NAME, level, action.operation, resource, part=resource.key, impossible=reads or silent
        )


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part]
    operation = action_of(resource, requirement.subject).operation
    done = act(asking, operation, asking.mint(resource))
    if done.status in (401, 403, 412, 428, 429) or not done.status or done.status >= 500:
        yield not_tested(requirement, f"answered {done.status or 'nothing'}")
    elif done.status in UNKNOWN or suits(operation, done.status, UNKNOWN):
        yield passed(requirement)
    else:
        yield failed(
            requirement,
            f"{done.status} for an item that does not exist",
            f"a refusal ({declared(operation, UNKNOWN)})",
            done,
            cause=f"an action on an unknown id is answered {done.status}",
            spot=STATUS,
        )


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is an action on an item that does not exist refused?",
    source="RFC 9110 section 15.5.5",
    how="Sends an action to an id that nobody has, which a GET has proved first. It does not apply where the"
    " document has no answer for it.",
    example="POST /orders/nobody/cancel is answered 200.",
    derive=derive,
    ask=ask,
)
