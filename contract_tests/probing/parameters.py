"""Parameters that break their schema, and values on its boundaries, in text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract
from contract_tests.probing.inputs import imagined
from contract_tests.probing.values import fits, valid_value
from openapi.operation import Operation, Parameter
from openapi.parameter_violations import parameter_violations

_CREDENTIALS = ("header", "cookie", "query")


@dataclass(frozen=True, slots=True)
class Break:
    """A parameter that breaks one rule of its schema. `spelled`: what `asking.send` takes."""

    parameter: Parameter
    pointer: str
    keyword: str
    at: str
    says: str
    spelled: Mapping[tuple[str, str], str | None]
    again: bool = False
    """Whether it is another way to break the same rule."""

    @property
    def name(self) -> str:
        return f"{self.parameter.location} {self.parameter.name}"


def breaks(contract: Contract, operation: Operation) -> Iterator[Break]:
    """Every rule of every parameter that can be broken in text, one at a time."""
    for parameter in operation.parameters:
        if parameter.location == "cookie" or _is_credential(contract, parameter):
            continue
        yield from _of(contract, parameter)


def _of(contract: Contract, parameter: Parameter) -> Iterator[Break]:
    try:
        valid = valid_value(parameter, contract, imagined(contract))
    except CannotAsk:
        return
    count: dict[str, int] = {}
    judge = partial(fits, parameter, contract=contract)
    for broken in parameter_violations(parameter, contract.requests, valid, judge, contract.document):
        count[broken.pointer] = count.get(broken.pointer, 0) + 1
        number = f" ({count[broken.pointer]})" if count[broken.pointer] > 1 else ""
        yield Break(
            parameter,
            broken.pointer,
            broken.keyword,
            f"{parameter.location} {parameter.name}{number}",
            broken.says,
            {(parameter.location, parameter.name): _text(broken.sent)},
            count[broken.pointer] > 1,
        )


def _text(sent: tuple[tuple[str, str], ...]) -> str | None:
    """The raw text under a parameter's name; of a list that comes as several pairs, all but the first
    name."""
    if not sent:
        return None
    if sent[0][0].endswith(("]", "%5D")):  # the member of a deep object has a name of its own
        return "&" + "&".join(f"{name}={value}" for name, value in sent)
    return "&".join([sent[0][1], *(f"{name}={value}" for name, value in sent[1:])])


def _is_credential(contract: Contract, parameter: Parameter) -> bool:
    names = {str(s.get("name", "")).lower() for s in contract.document.security_schemes.values()}
    return parameter.location in _CREDENTIALS and parameter.name.lower() in names
