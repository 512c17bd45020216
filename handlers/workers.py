"""Several processes on the same sockets, and one that watches over them."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

_QUICK = 2.0
"""Seconds: a worker that does not live longer would die again."""

_PATIENCE = 8.0
"""Seconds that workers have to end in."""

Work = Callable[[bool, Callable[[], object]], None]
"""What a worker does until it is told to stop: whether it is the first one, and what it calls when it answers
requests."""


class Workers:
    """Processes that do the same work; the first one begins before the others."""

    def __init__(self, count: int, work: Work) -> None:
        self._count, self._work = count, work
        self._born: dict[int, float] = {}
        self._ending = False
        self._life: tuple[int, int] = os.pipe()
        """Its writing end is the parent's alone: workers see its end when the parent is gone, however."""

    def run(self) -> int:
        """Until SIGINT or SIGTERM, or a worker says that it cannot work; the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        if not self._start(first=True):
            code = os.waitstatus_to_exitcode(os.wait()[1])
            return 0 if self._ending else max(code, 1)
        code = 0
        while self._born:
            if not self._ending and len(self._born) < self._count:
                self._start()
                continue
            pid, status = os.wait()
            code = self._buried(pid, status) or code
        return code

    def _buried(self, pid: int, status: int) -> int:
        """What to do about a worker that ended: the exit code where all have to."""
        lived = time.monotonic() - self._born.pop(pid, 0.0)
        code = os.waitstatus_to_exitcode(status)
        if self._ending:
            return 0
        if code >= 0 or lived < _QUICK:
            self._end()
            return abs(code)  # 0: somebody told it to stop
        sys.stderr.write(f"hyfn mock: worker {pid} was ended by signal {-code}; another takes its place\n")
        if not self._born:
            self._start()
        return 0

    def _start(self, first: bool = False) -> bool:
        """Begins a worker; of the first one, waits until it answers requests (gives True), or has ended."""
        read, write = os.pipe()
        sys.stdout.flush()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            self._live(first, write)
        os.close(write)
        self._born[pid] = time.monotonic()
        if self._ending:
            os.kill(pid, signal.SIGTERM)
        answers = bool(os.read(read, 1)) if first else True
        os.close(read)
        return answers

    def _live(self, first: bool, ready: int) -> None:
        """The life of a worker; it does not return."""
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.close(self._life[1])
        threading.Thread(target=end_with, args=(self._life[0],), daemon=True).start()
        code = 1
        try:
            self._work(first, lambda: first and os.write(ready, b"1"))
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        except BaseException as error:  # nothing of a worker goes on in what the parent was called from
            sys.stderr.write(f"hyfn mock: worker: {type(error).__name__}: {error}\n")
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _end(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Tells all workers to stop; who does not in time is killed."""
        if not self._ending:
            self._ending = True
            timer = threading.Timer(_PATIENCE, self._tell, (signal.SIGKILL,))
            timer.daemon = True
            timer.start()
        self._tell(signal.SIGTERM)

    def _tell(self, number: int) -> None:
        for pid in list(self._born):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue


def end_with(file: int) -> None:
    """Ends this process as SIGTERM does, once nobody can write into `file` any more."""
    while os.read(file, 65536):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
