"""Query parameters that are members of one: `page[size]` of an object `page` in the style `deepObject`."""

from collections.abc import Iterator
from dataclasses import replace

from openapi.operation import Operation, Parameter, Place
from openapi.source import join_pointer


def query_of(operation: Operation) -> list[Parameter]:
    """The query parameters of an operation; instead of a deep object its members, each as a parameter of its
    own under the name that it has in the query."""
    found: list[Parameter] = []
    for each in operation.parameters:
        if each.location == "query":
            found += list(_members(each)) or [each]
    return found


def _members(parameter: Parameter) -> Iterator[Parameter]:
    schema = parameter.schema
    properties = schema.get("properties") if schema is not None else None
    if parameter.style != "deepObject" or schema is None or not isinstance(properties, dict):
        return
    required = schema.get("required") if isinstance(schema.get("required"), list) else []
    for name, value in properties.items():
        place = Place(join_pointer(schema.pointer, "properties", name), value)
        owner = Place(schema.pointer, {"description": _text(value)})
        yield replace(
            parameter, name=f"{parameter.name}[{name}]", schema=place, place=owner, style="form",
            required=parameter.required and name in required,
        )  # fmt: skip


def _text(schema: object) -> str:
    return str(schema.get("description", "")) if isinstance(schema, dict) else ""
