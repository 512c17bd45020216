"""The questions, one per file, in the order in which they are asked. A name is never changed once
published."""

from importlib import import_module

from contract_tests.check import Check

NAMES: tuple[str, ...] = ()


def load_checks() -> tuple[Check, ...]:
    """Every check, in order."""
    return tuple(import_module(f"contract_tests.checks.{name}").CHECK for name in NAMES)
