"""What an action promises by its name."""

import pytest

from contract_tests.checks.action_has_the_effect_of_its_name import derive
from openapi.codec import Json
from tests.contract_tests.answers import contract
from tests.openapi.describing import TEXT, asks, thing

SWITCH = {"type": "boolean", "readOnly": True}
OWN = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": TEXT}]}


@pytest.mark.parametrize(
    ("method", "action", "expected"),
    [
        ("put", "lock", [("locked", True)]),
        ("delete", "lock", [("locked", False)]),
        ("post", "unlock", [("locked", False)]),
        ("post", "archive", [("isArchived", True)]),
        ("post", "locked", []),
        ("post", "restart", []),
        ("post", "cancel", [("state", "cancelled")]),
    ],
)
def test_a_state_that_an_action_is_named_after(
    method: str, action: str, expected: list[tuple[str, Json]]
) -> None:
    state = {"type": "string", "enum": ["open", "cancelled"], "readOnly": True}
    page = thing(id=TEXT, locked=SWITCH, isArchived=SWITCH, state=state)
    paths = {
        "/pages": {"post": asks(page, thing(title=TEXT), "201")},
        "/pages/{id}": {"get": asks(page), **OWN},
        f"/pages/{{id}}/{action}": {method: asks(status="204"), **OWN},
    }
    found = [requirement.part[1:] for requirement in derive(contract(paths))]
    assert expected == found
