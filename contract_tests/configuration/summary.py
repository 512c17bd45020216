"""A configuration in lines for people; what may be a secret is not in them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.configuration.lines import Keys
from contract_tests.showing.mask import visible

_HIDDEN = ("header", "other-header", "headers", "client_secret", "password")


def summary(settings: Mapping[str, Any], keys: Keys = ()) -> Iterator[str]:
    """`key.key = value` of every setting, in the order of the file. `${VAR}` is shown as it is written."""
    for name, value in settings.items():
        here = (*keys, name)
        if isinstance(value, Mapping):
            yield from summary(value, here)
        else:
            yield visible(f"{'.'.join(here)} = {json.dumps(_shown(here, value), ensure_ascii=False)}")


def _shown(keys: Keys, value: Any) -> Any:
    if not any(key in _HIDDEN for key in keys):
        return value
    if isinstance(value, list):
        return [_shown(keys, each) for each in value]
    return value if isinstance(value, str) and "${" in value else "..."
