"""An inspection for a person, in 80 columns where names allow it: resources first, then operations."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Any

Told = dict[str, Any]

WIDTH = 80
_NAME = 12


def text(told: Told) -> str:
    """The whole page."""
    about = told["document"]
    count = about["operations"]
    lines = [f"{about['title']} {about['version']}: {count} operation{'' if count == 1 else 's'}", ""]
    lines += ["RESOURCES", "", *(line for each in told["resources"] for line in _resource(each))]
    if not told["resources"]:
        lines += ["(none: every operation is answered by itself)", ""]
    lines += ["OPERATIONS", "", *(line for each in told["operations"] for line in _operation(each))]
    lines += _rest(told)
    return "\n".join(lines).rstrip() + "\n"


def _resource(told: Told) -> Iterator[str]:
    yield told["key"]
    named = told["id"]
    yield from _row("id", named["why"] if named else "none: no path reads one item")
    yield from _row("answers", _places(told["envelopes"]))
    yield from _row("requests", _places(told["bodies"]))
    yield from _row("paging", _paging(told["paging"], told["total"]))
    yield from _row("filters", ", ".join(map(_filter, told["filters"])))
    yield from _row("parents", ", ".join(map(_parent, told["parents"])))
    yield from _row("tenant", f"`{told['tenant']}`" if told["tenant"] else "")
    yield from _row("actions", ", ".join(told["actions"]))
    yield from _row("singletons", ", ".join(told["singletons"]))
    yield ""


def _operation(told: Told) -> Iterator[str]:
    named = "" if told["id"] == f"{told['method']} {told['path']}" else f"  {told['id']}"
    line = f"{told['method']} {told['path']}{named}"
    if len(line) > WIDTH:
        yield f"{told['method']} {told['path']}"
        line = named
    if line.strip():
        yield line
    yield from _row("answered by", told["answers"])
    yield from _row("why", told["why"])
    for each in told["unknown"]:
        yield from _row("not told", each)
    plain = [f"{each['status']} ({each['for']})" for each in told["undeclared_refusals"]]
    yield from _row("undeclared", ", ".join(plain))
    yield from _row("callbacks", ", ".join(told["callbacks"]))
    yield ""


def _rest(told: Told) -> Iterator[str]:
    rows = [f"{name}: {why}" for name, why in told["security"]["unchecked"].items()]
    if rows:
        yield from ("NOT ASKED FOR", "", *(line for row in rows for line in _wrapped(row)), "")
    if told["webhooks"]:
        yield from ("WEBHOOKS", "", *_wrapped(", ".join(told["webhooks"])), "")


def _places(found: dict[str, str]) -> str:
    """`list data.items, read and update the body itself`: roles that have one place together."""
    by_place: dict[str, list[str]] = {}
    for role, place in found.items():
        by_place.setdefault(f"`{place}`" if place else "the body itself", []).append(role)
    return "; ".join(f"{', '.join(roles)}: {place}" for place, roles in by_place.items())


def _paging(paging: Told | None, total: str | None) -> str:
    said = [f"{paging['kind']} by {_both(paging)}"] if paging else []
    if paging and paging["default_limit"] is not None:
        said.append(f"{paging['default_limit']} unless asked")
    if paging and paging["most"] is not None:
        said.append(f"at most {paging['most']}")
    if paging and paging["next"]:
        said.append(f"next at `{paging['next']}`")
    return ", ".join([*said, *([f"total at `{total}`"] if total else [])])


def _both(paging: Told) -> str:
    return " and ".join(f"`{paging[key]}`" for key in ("position", "limit") if paging[key])


def _filter(told: Told) -> str:
    same = told["parameter"] == told["property"]
    name = f"`{told['parameter']}`" + ("" if same else f" of `{told['property']}`")
    return f"{name} (several)" if told["several"] else name


def _parent(told: Told) -> str:
    return f"{{{told['parameter']}}} of {told['resource'] or 'no resource'}"


def _row(name: str, value: str) -> list[str]:
    if not value:
        return []
    first, *more = wrap(value, WIDTH - _NAME - 2, break_long_words=False, break_on_hyphens=False)
    return [f"  {name:<{_NAME}}{first}", *(" " * (_NAME + 2) + line for line in more)]


def _wrapped(value: str) -> list[str]:
    return wrap(value, WIDTH - 2, initial_indent="  ", subsequent_indent="    ", break_long_words=False)
