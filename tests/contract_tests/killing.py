"""Kills a run at a moment of its own choosing, and looks at what is left of its processes."""

import contextlib
import random
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from contract_tests.profile import Profile
from tests.contract_tests.between import Passage, Passed


@dataclass(frozen=True)
class Moment:
    """When a run is killed: at the `turn`-th request (of the writes alone, or of all).

    `arrives`: whether the deployment gets that request. `answered`: whether it has carried it out by then.
    `family`: the processes that the run had started.
    """

    turn: int
    writes: bool
    arrives: bool
    answered: bool
    family: list[int] = field(default_factory=list, repr=False)

    @staticmethod
    def draw(chance: random.Random, profile: Profile) -> "Moment":
        """In profile full half of them are after our own checks, while the engine behind the relay asks."""
        writes, arrives = chance.random() < 0.6, chance.random() < 0.8
        most = (220 if writes else 600) * (1 if profile is Profile.SANDBOXED else 2)
        return Moment(chance.randint(1, most), writes, arrives, arrives and chance.random() < 0.5)

    def kill(self, passage: Passage, run: "subprocess.Popen[str]") -> list[Passed]:
        """Makes the passage kill the run when the moment comes; the request of that moment will be in the
        list."""
        struck: list[Passed] = []

        def strike(request: Passed) -> None:
            now = passage.count("POST", "PUT", "PATCH", "DELETE") if self.writes else passage.count()
            if struck or now < self.turn or (self.writes and request.method in ("GET", "HEAD")):
                return
            struck.append(request)
            self.family.extend(descendants(run.pid))
            run.kill()
            run.wait()
            if not self.arrives:
                raise ConnectionAbortedError

        setattr(passage, "behind" if self.answered else "before", strike)
        return struck


def descendants(pid: int) -> list[int]:
    """The processes below one, where the system has /proc."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            own, _, rest_ = stat.read_text(encoding="utf-8", errors="replace").rpartition(") ")
            parents.setdefault(int(rest_.split()[1]), []).append(int(own.split()[0]))
    found = parents.get(pid, [])
    return [*found, *(below for each in found for below in descendants(each))]


def alive(processes: list[int]) -> list[int]:
    """Those that have not ended after a while."""
    end = time.monotonic() + 20
    while time.monotonic() < end and any(map(_runs, processes)):
        time.sleep(0.05)
    return [each for each in processes if _runs(each)]


def _runs(process: int) -> bool:
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rpartition(") ")[2][0] != "Z"


def rest(passage: Passage) -> None:
    """Until all that was sent has been answered."""
    end = time.monotonic() + 20
    while not passage.is_idle and time.monotonic() < end:
        time.sleep(0.01)
    passage.before = passage.behind = lambda _request: None
