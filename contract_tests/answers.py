"""Every answer of the run is judged, whoever asked for it: by the checks that look at answers alone."""

import threading
from collections.abc import Callable, Iterator, Sequence

from contract_tests.check import Check, Outcome, Requirement, Status, not_tested
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange

Find = Callable[..., Requirement | None]

_GRAVITY = {Status.PASSED: 0, Status.WARNED: 1, Status.FAILED: 2}
"""Which outcome of a requirement stands: the gravest, of those the first."""


class Answers:
    """Hears exchanges, and knows what they say of the requirements of those checks. Thread-safe."""

    def __init__(
        self,
        contract: Contract,
        checks: Sequence[Check],
        requirements: Sequence[Requirement],
        known: Callable[[str], bool] = lambda _id: False,
    ) -> None:
        self._is_known = known
        self._contract, self._checks = contract, checks
        names = {check.name for check in checks}
        mine = [r for r in requirements if r.check in names]
        self._known = {(r.check, r.pointer, r.at): r for r in mine}
        self._found: dict[str, Outcome] = {}
        self._faults: dict[str, str] = {}
        self._lock = threading.Lock()
        self.failures = 0

    def hear(self, exchange: Exchange) -> None:
        """Judges one exchange. It never raises: a check that breaks is a fault of ours, told by its
        outcomes."""
        for check in self._checks:
            assert check.judge is not None
            try:
                found = list(check.judge(self._contract, exchange, self._finder(check.name)))
            except Exception as error:  # our fault, not the target's
                self._faults.setdefault(check.name, f"{type(error).__name__}: {error}")
                continue
            with self._lock:
                for outcome in found:
                    self._take(outcome)

    def outcomes(self) -> Iterator[Outcome]:
        """What the answers told: of each requirement the first failure, else the first warning, else that it
        was kept, else that no such answer came."""
        for requirement in self._known.values():
            found = self._found.get(requirement.id)
            if requirement.check in self._faults and (found is None or found.status is Status.PASSED):
                yield Outcome(requirement, Status.ERROR, reason=self._faults[requirement.check])
            else:
                yield found or not_tested(requirement, "no such answer came")

    def _take(self, outcome: Outcome) -> None:
        known = self._found.get(outcome.requirement.id)
        if known is None or _GRAVITY[outcome.status] > _GRAVITY[known.status]:
            self._found[outcome.requirement.id] = outcome
            self.failures += outcome.status is Status.FAILED and not self._is_known(outcome.requirement.id)

    def _finder(self, name: str) -> Find:
        def find(pointer: str, at: str = "") -> Requirement | None:
            return self._known.get((name, pointer, at))

        return find
