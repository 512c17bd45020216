"""The trials so far, in a file, so that an interrupted run can go on."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tests.matrix.trials import Manner, Trial

Key = tuple[str, str, str]


class Kept:
    """Trials by server, fault and way.

    `path`: where they are kept, None for nowhere; `manner`: how they were run: those of another one are not
    taken over.
    """

    def __init__(self, path: Path | None, manner: Manner) -> None:
        self._path, self._manner = path, asdict(manner)
        self.trials: dict[Key, Trial] = {}
        told = json.loads(path.read_bytes()) if path and path.exists() else {}
        if told.get("manner") == self._manner:
            self.trials = {trial.key: trial for trial in (Trial(**each) for each in told["trials"])}

    def missing(self, wanted: Iterable[Key]) -> list[Key]:
        return [key for key in wanted if key not in self.trials]

    def add(self, trial: Trial) -> None:
        """Keeps a trial. The file is whole at any moment."""
        self.trials[trial.key] = trial
        if self._path is None:
            return
        data = {"manner": self._manner, "trials": [asdict(each) for each in self.trials.values()]}
        beside = self._path.with_name(self._path.name + ".new")
        beside.write_text(json.dumps(data, indent=1) + "\n")
        beside.replace(self._path)

    def clean(self, server: str, way: str) -> Trial | None:
        """The trial of the server without a fault."""
        return self.trials.get((server, "", way))
