"""A run: somebody answers at the target, then everything is asked. Prints nothing."""

from collections.abc import Callable

from contract_tests.finding import Progress, Report
from contract_tests.fuzz import fuzz
from contract_tests.question import Question
from contract_tests.target import Target
from contract_tests.transport import first_contact


def ask(target: Target, question: Question, tell: Callable[[Progress], None] | None = None) -> Report:
    """Asks, and says what was found; `tell` hears how far it is.

    Raises Unreachable when nobody answers, Inconclusive when our own side fails.
    """
    first_contact(target.url)
    return fuzz(target, question, tell)
