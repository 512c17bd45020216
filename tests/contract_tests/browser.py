"""A real browser without a window, spoken to over a pipe: Chromium and its DevTools protocol, nothing else.

https://chromedevtools.github.io/devtools-protocol/ : messages are JSON, each ended by a NUL.
"""

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 60.0
"""Seconds until a browser that says nothing is given up."""

_OPTIONS = (
    "--headless",
    "--no-sandbox",  # it opens our own pages only, and as root there is no other way
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--remote-debugging-pipe",
)


def executable() -> str | None:
    """The browser of this machine, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


_KEYS: dict[str, dict[str, Any]] = {"Enter": {"text": "\r"}, "Escape": {"windowsVirtualKeyCode": 27}}
"""What else there is to say of a key."""


class Browser:
    """One page of a running browser, and what it has said: console messages, faults, requests."""

    def __init__(self, to: int, of: int) -> None:
        self._to, self._of = to, of
        self._rest = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> Any:
        """Does what a command says; its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            told = self._next()
            if told.get("id") == self._number:
                assert "error" not in told, f"{method}: {told['error']}"
                return told["result"]

    def open(self, path: Path, fragment: str = "") -> None:
        """Loads a file, and waits until it is there."""
        self.events.clear()
        self.send("Page.navigate", url="about:blank")  # else another fragment would load nothing
        self.wait_for("Page.loadEventFired")
        self.events.clear()
        self.send("Page.navigate", url=path.as_uri() + fragment)
        self.wait_for("Page.loadEventFired")
        self.settle()

    def wait_for(self, event: str) -> None:
        """Reads on until there has been such an event."""
        while not any(each["method"] == event for each in self.events):
            self._next()

    def settle(self) -> None:
        """Waits until what is due has been done and painted."""
        frames = "requestAnimationFrame(() => requestAnimationFrame(done))"
        self.run(f"new Promise(done => setTimeout(() => {frames}, 120))")

    def run(self, script: str) -> Any:
        """The value of a JavaScript expression."""
        told = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def press(self, key: str) -> None:
        """Presses a key; one character types it."""
        text: dict[str, Any] = {"text": key} if len(key) == 1 else _KEYS.get(key, {})
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text: str) -> None:
        for character in text:
            self.press(character)
        self.settle()

    def size(self, width: int, height: int) -> None:
        """Makes the window so large, in CSS pixels."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def dark(self, wished: bool) -> None:
        """What the system says about light and dark."""
        value = "dark" if wished else "light"
        self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": value}])

    def picture(self, to: Path) -> None:
        """What is in the window, as PNG."""
        to.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))

    @property
    def complaints(self) -> list[Any]:
        """Console messages, log entries and exceptions since the page was opened."""
        kinds = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded")
        return [event["params"] for event in self.events if event["method"] in kinds]

    @property
    def requests(self) -> list[str]:
        """The URLs that were asked for since the page was opened."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def _next(self) -> dict[str, Any]:
        """The next message; events are kept."""
        end = time.monotonic() + _PATIENCE
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._of], [], [], max(0, end - time.monotonic()))
            chunk = os.read(self._of, 1 << 20) if ready else b""
            assert chunk, "the browser says nothing"
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(line)
        if "method" in told:
            self.events.append(told)
        return told


@contextmanager
def running(profile: Path) -> Iterator[Browser]:
    """A browser with a new profile; it ends with the block."""
    program = executable()
    assert program, "there is no browser"
    (its_in, to), (of, its_out) = os.pipe(), os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in (its_in, its_out)]

    def hand_over() -> None:
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)

    process = subprocess.Popen(
        [program, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(3, 4),
        preexec_fn=hand_over,  # noqa: PLW1509  (two system calls)
        env={**os.environ, "HOME": str(profile)},
    )
    for end in (its_in, its_out, *high):
        os.close(end)
    try:
        yield Browser(to, of)
    finally:
        process.kill()
        process.wait(10)
        os.close(to)
        os.close(of)
