"""What a person gives for the requests of an operation: values that are to be used where one is needed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from openapi.codec import Json


@dataclass(frozen=True, slots=True)
class Given:
    """Values for parameters, and for properties of the item in a body, by their names.

    A check that wants another value, or none, has it its way.
    """

    parameters: Mapping[str, Json] = field(default_factory=dict)
    body: Mapping[str, Json] = field(default_factory=dict)


NOTHING = Given()
