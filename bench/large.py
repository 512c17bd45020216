"""`make large`: how long a large document takes to its first answer, and whether its last operation answers
as fast as its first.

    --document FILE   the wall time and processor time from the start to the first answer of --path, and the
                      most memory that was used
    without it        the same of 1,000 synthetic operations, and the first answer of the last of them beside
                      that of the first: the median over several mocks, each asked each once
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

OPERATIONS = 1000


@contextmanager
def quiet_mock(document: Path) -> Iterator[tuple[str, int]]:
    """(URL, process id) of a mock that asks for no credentials."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", "hyfn", "mock", str(document)]
    process = subprocess.Popen(
        [*command, "--port", "0", "--auth", "off", "-q"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert process.stdout
        yield process.stdout.readline().strip(), process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def answered(url: str) -> float:
    """Seconds until a GET was answered, whatever the answer is. Raises URLError where nobody is there."""
    begun = time.perf_counter()
    try:
        with urlopen(url, timeout=60) as answer:
            answer.read()
    except HTTPError as refused:
        refused.read()
    return time.perf_counter() - begun


def used(process: int) -> tuple[float, float]:
    """(seconds of processor time, most memory in MiB) of a process so far; Linux tells."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return (int(fields[11]) + int(fields[12])) / 100, int(peak[1]) / 1024 if peak else 0.0


def first_answer(document: Path, path: str) -> str:
    """The two figures of one start, as a line."""
    begun = time.perf_counter()
    with quiet_mock(document) as (url, process):
        answered(url + path)
        wall = time.perf_counter() - begun
        processor, memory = used(process)
    return f"first answer after {wall:.2f} s ({processor:.2f} s of processor time), {memory:.0f} MiB at most"


def synthetic(count: int = OPERATIONS) -> dict[str, Any]:
    """A document of so many operations, two to each resource, each with schemas of its own."""
    schemas, paths = {}, {}
    for number in range(count // 2):
        name = f"Thing{number}"
        properties = {f"field{index}": {"type": "string", "maxLength": 40} for index in range(10)}
        schemas[name] = {
            "type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, **properties}
        }  # fmt: skip
        body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}
        path = f"/things{number}"
        paths[path] = {
            "get": {"operationId": f"list{number}", "responses": {"200": {"description": "", **body}}},
            "post": {
                "operationId": f"create{number}", "requestBody": body,
                "responses": {"201": {"description": "", **body}},
            },
        }  # fmt: skip
    info = {"title": "Large", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}


def last_beside_first(document: Path, paths: list[str], rounds: int) -> str:
    """The first answers of the first and of the last path, as a line; each round is a mock of its own."""
    times: dict[str, list[float]] = {"first": [], "last": []}
    for number in range(rounds):
        with quiet_mock(document) as (url, _):
            answered(f"{url}/nowhere")  # the server itself is warm then
            pair = [("first", paths[0]), ("last", paths[-1])]
            for name, path in pair if number % 2 else reversed(pair):
                times[name].append(answered(url + path))
    first, last = median(times["first"]) * 1000, median(times["last"]) * 1000
    return f"first operation {first:.1f} ms, last operation {last:.1f} ms, ratio {last / first:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make large", description=__doc__.partition("\n\n")[0])
    parser.add_argument("--document", type=Path, help="a document of your own, such as GitHub's")
    parser.add_argument("--path", default="/", help="what is asked of it")
    parser.add_argument("--rounds", type=int, default=6)
    asked = parser.parse_args()
    if asked.document:
        sys.stdout.write(first_answer(asked.document, asked.path) + "\n")
        return
    with tempfile.TemporaryDirectory() as folder:
        data, document = synthetic(), Path(folder) / "large.json"
        document.write_text(json.dumps(data))
        sys.stdout.write(f"{first_answer(document, '/things0')}\n")
        sys.stdout.write(f"{last_beside_first(document, list(data['paths']), asked.rounds)}\n")


if __name__ == "__main__":
    main()
