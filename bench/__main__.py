"""`make bench`: GET of one item, full validation of request and reply, beside a bare uvicorn constant.

Rounds alternate between the two servers, so that both see the same neighbours; the ratio of each round
is what counts. Where there are two cores or more, the servers share one and the load has another.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from bench.load import WRK, requests_per_second

ITEM = "/work_items/5f6bce01-643e-4f68-a976-02f9a9cdba9f"
SAMPLE = {"x-api-key": "YOUR_API_KEY_HERE", "x-org-id": "YOUR_API_KEY_HERE"}
BARE_PORT = 5991


def start(*command: str) -> subprocess.Popen[str]:
    """A server on the first core."""
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    pin(process.pid, 0)
    return process


def pin(pid: int, core: int) -> None:
    """Keeps a process on one core, where the system can and has two."""
    if hasattr(os, "sched_setaffinity") and len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(
            pid, {sorted(os.sched_getaffinity(0))[core]} if pid else {max(os.sched_getaffinity(0))}
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    bare = start(
        "-m", "uvicorn", "bench.bare:app", "--port", str(BARE_PORT), "--no-access-log", "--lifespan", "off"
    )
    mock = start("-P", "-m", "hyfn", "mock", "--port", "0", "-q")
    pin(0, 1)
    try:
        measure(bare, mock, options)
    finally:
        for process in (bare, mock):
            process.terminate()
            process.wait(timeout=10)


def measure(bare: subprocess.Popen[str], mock: subprocess.Popen[str], options: argparse.Namespace) -> None:
    """Prints a line per round and the median ratio."""
    assert mock.stdout
    assert bare.stdout
    servers = {"mock": (mock, mock.stdout.readline().strip() + ITEM)}
    servers["bare uvicorn"] = (bare, f"http://127.0.0.1:{BARE_PORT}/")
    while "running on" not in (line := bare.stdout.readline()):
        if not line:
            raise SystemExit(f"make bench: uvicorn did not start on port {BARE_PORT}")
    load = "wrk" if WRK else "our own client (install wrk for a faster one)"
    print(f"GET one item, {options.connections} connections, {options.seconds:g} s a round, load by {load}")
    ratios = []
    for number in range(1, options.rounds + 1):
        told = {name: one_round(*server, options) for name, server in servers.items()}
        ratios.append(told["mock"][0] / told["bare uvicorn"][0])
        columns = "".join(f"   {name} {rate:7,.0f}/s {cpu:4.0f} us CPU" for name, (rate, cpu) in told.items())
        print(f"  round {number}: {columns.strip()}   ratio {ratios[-1]:.2f}")
    print(f"  median ratio {median(ratios):.2f} (lowest {min(ratios):.2f}, highest {max(ratios):.2f})")


def one_round(process: subprocess.Popen[str], url: str, options: argparse.Namespace) -> tuple[float, float]:
    """(requests per second, microseconds of the server's CPU per request) of one server for one round."""
    before = cpu_seconds(process.pid)
    rate = requests_per_second(url, SAMPLE, options.connections, options.seconds)
    return rate, (cpu_seconds(process.pid) - before) / (rate * options.seconds) * 1e6


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far; NaN where there is no /proc to ask."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
