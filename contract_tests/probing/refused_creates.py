"""Creates that have to be refused, and whether they have left something behind."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract_tests.check import Outcome, Requirement, failed, not_tested, passed
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.bodies import Form
from contract_tests.probing.changing import form_of
from contract_tests.probing.listing import Listing, whole_list
from contract_tests.probing.refusing import REFERENCE, Spoiled, marked_in, misdirect, spoil
from contract_tests.spot import STATUS
from openapi import codec
from openapi.codec import Json
from openapi.resources import Resource


def puts(resource: Resource) -> bool:
    """Whether an item is created on its own path."""
    return resource.operations["create"].path == resource.item


def spoiled_for(
    asking: Asking, requirement: Requirement, form: Form, body: Json, keep: Mapping[str, Json]
) -> Spoiled | None:  # fmt: skip
    key, role, kind = requirement.part
    resource = asking.contract.model.resources[key]
    if kind == REFERENCE:
        return misdirect(asking, resource, role, form, body)
    return spoil(asking, resource.operations[role], form, body, kind, keep)


@dataclass(frozen=True)
class _Try:
    """A create that should be refused, and the text that it would leave behind."""

    requirement: Requirement
    text: str
    done: Exchange


def refused_creates(
    asking: Asking, requirements: Sequence[Requirement], resource: Resource
) -> Iterator[Outcome]:
    """Sends all of them, then looks for their texts in the list."""
    operation, parents = resource.operations["create"], asking.parents(resource)
    tries: list[_Try] = []
    for requirement in requirements:
        form = form_of(asking, operation)
        body = asking.create_body(resource, full=True)
        marked = marked_in(asking, resource, form, body)
        spoiled = spoiled_for(asking, requirement, form, body, marked) if marked else None
        if spoiled is None:
            why = (
                "no body could be made that has to be refused for this"
                if marked
                else "nothing tells it from others"
            )
            yield not_tested(requirement, why)
            continue
        done = asking.send(
            operation, path=parents, raw=spoiled.raw, media_type=spoiled.media_type, valid=spoiled.valid,
            purpose=requirement.id,
        )  # fmt: skip
        if done.refused:
            tries.append(_Try(requirement, str(next(iter(marked.values()))), done))
        else:
            yield not_tested(requirement, f"it is not refused: {done.status}")
    listing = whole_list(asking, resource, parents=parents) if tries else None
    for each in tries if listing else ():
        yield _listed(each, listing)


def _listed(each: _Try, listing: Listing | None) -> Outcome:
    text = codec.encode(each.text)[1:-1]
    for page in listing.pages if listing else ():
        if page.answer and text in page.answer.body:
            return failed(
                each.requirement, f"{each.done.status}, and yet the list has an item with {each.text!r}",
                "a refused request creates nothing", each.done, page, cause="a refused create is carried out",
            )  # fmt: skip
    return passed(each.requirement)


def refused_puts(
    asking: Asking, requirements: Sequence[Requirement], resource: Resource
) -> Iterator[Outcome]:  # fmt: skip
    operation = resource.operations["create"]
    for requirement in requirements:
        form, body = form_of(asking, operation), asking.create_body(resource, full=True)
        spoiled = spoiled_for(asking, requirement, form, body, {})
        if spoiled is None:
            yield not_tested(requirement, "no body could be made that has to be refused for this")
            continue
        path = asking.mint(resource)
        done = asking.send(
            operation,
            path=path,
            raw=spoiled.raw,
            media_type=spoiled.media_type,
            valid=spoiled.valid,
            purpose=requirement.id,
        )
        seen = asking.send(resource.operations["read"], path=path)
        if not done.refused:
            yield not_tested(requirement, f"it is not refused: {done.status}")
        elif seen.succeeded:
            yield failed(
                requirement, f"{done.status} ({spoiled.says}), and yet the item is there",
                "a refused request creates nothing", done, seen, cause="a refused create is carried out",
                spot=STATUS,
            )  # fmt: skip
        else:
            yield passed(requirement)
