"""What is set on a thing that is there once under an item is what is there afterwards."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import told
from contract_tests.probing.promises import promise
from contract_tests.probing.settings import lost, was_set, writes
from contract_tests.spot import in_item
from openapi.source import join_pointer

NAME = "singleton_update_is_applied"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource, singleton, role, operation in writes(contract):
        yield promise(
            contract,
            NAME,
            Level.LIFECYCLE,
            operation,
            resource,
            pointer=join_pointer(operation.place.pointer, "requestBody"),
            part=(resource.key, singleton.path, role),
        )


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    key, path, role = requirement.part
    resource = asking.contract.model.resources[key]
    singleton = next(each for each in resource.singletons if each.path == path)
    found = was_set(asking, resource, path, role)
    if not found.done.succeeded or not isinstance(found.after.entity, dict):
        yield not_tested(requirement, f"answered {found.done.status}, then {found.after.exchange.status}")
        return
    wrong = [name for name in found.sent if lost(asking, singleton, found, name)]
    if wrong:
        values = (
            f"{name} is {told(found.after.value(name))}, set to {told(found.sent[name])}"
            for name in wrong[:3]
        )
        yield failed(
            requirement,
            f"after the update {'; '.join(values)}",
            "what the update sets is what the next GET has",
            *found.steps,
            cause="what an update sets is not there afterwards",
            spot=in_item(wrong[0]),
        )
    else:
        yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does a thing that is there once under an item have the values that an update gave it?",
    source="conformance.md section 3, patch_effect; RFC 9110 section 9.3.4",
    how=("Creates a record, updates what stands once below it (settings, a profile), and reads that by GET."),
    example=(
        'PUT /shops/7/settings {"open": true} answers 200; GET /shops/7/settings answers {"open": false}.'
    ),
    derive=derive,
    ask=ask,
)
