"""A run that is there to be killed: creates, changes and deletes things without end. Arguments: URL, folder,
and `marked`, `plain` or `timed`. Prints a line when it has begun."""

import sys
from itertools import count
from pathlib import Path

from contract_tests.transport import Held
from tests.contract_tests.recording import create, document, send, transport

url, folder, kind = sys.argv[1:]
with transport(url, Path(folder), described=document(times=kind == "timed")) as way:
    print(way.run, flush=True)  # noqa: T201
    for number in count():
        name = f"{way.marker}-{number}" if kind == "marked" else f"thing {number}"
        path = create(way, name=name)
        create(way, f"{path}/parts", name=name)
        send(way, "PATCH", path, {"state": f"state {number}"})
        way.mint(f"/things/chosen-{way.run}-{number}")
        send(way, "PUT", f"/things/chosen-{way.run}-{number}", {"name": f"chosen {number}", "state": "new"})
        if number % 3 == 0:
            try:
                send(way, "DELETE", f"/things/chosen-{way.run}-{number}")
            except Held:
                continue
