"""A 405 says which methods there are."""

from collections.abc import Callable, Iterable, Iterator

from contract_tests.check import FULL, WRITE, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import closure, maker
from contract_tests.spot import header
from openapi.source import join_pointer

NAME = "allow_lists_the_documented_methods"

_IMPLIED = {"HEAD", "OPTIONS"}
"""A server may have these on its own (RFC 9110 sections 9.3.2 and 9.3.7)."""


def derive(contract: Contract) -> Iterable[Requirement]:
    items = {r.item: r for r in contract.model.resources.values() if r.item and maker(r)}
    for path in contract.paths:
        resource = items.get(path)
        yield Requirement(
            join_pointer("#/paths", path), NAME, Level.HTTP, path, subject=path,
            needs=frozenset({WRITE} if resource else {WRITE, FULL}),
            creates=closure(contract, resource) if resource else (),
        )  # fmt: skip


def judge(
    contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    if exchange.answer is None or exchange.status != 405 or exchange.path is None:
        return
    requirement = find(join_pointer("#/paths", exchange.path))
    if requirement is None:
        return
    documented = set(contract.methods[exchange.path])
    allow = exchange.answer.header("allow")
    listed = {name.strip().upper() for name in (allow or "").split(",") if name.strip()}
    missing, more = documented - listed, listed - documented - _IMPLIED
    wanted = ", ".join(sorted(documented))
    if allow is None:
        yield failed(
            requirement,
            "405 without Allow",
            f"Allow: {wanted}",
            exchange,
            cause="405 without Allow",
            spot=header("Allow"),
        )
    elif missing or more:
        yield failed(
            requirement,
            f"Allow: {allow}",
            f"Allow: {wanted}",
            exchange,
            cause="Allow lists other methods",
            spot=header("Allow"),
        )
    else:
        yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Does a 405 have an Allow header with just the documented methods?",
    source="RFC 9110 sections 15.5.6 and 10.2.1",
    how=(
        "Looks at every 405 that comes for its Allow header, and compares it with the methods of the"
        " path. HEAD and OPTIONS may be there besides."
    ),
    example="PUT /things/7 is answered 405 without Allow.",
    fault="allow_is_missing",
    derive=derive,
    judge=judge,
)
