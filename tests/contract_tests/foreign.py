"""Records that were there before the suite came, and how they look to those who made them."""

import json
import random
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from openapi.document import BUNDLED
from tests.contract_tests.deployments import Deployment
from tests.contract_tests.kinds import KINDS
from tests.contract_tests.neighbours import Client, Neighbour

MANY = {"library": "?limit=50", "ledgerly": "?limit=100", "depot": "?size=40"}
"""What makes a list show all of it on one page."""

UNLISTED = ("/reports",)
BESIDE = {"warehouse": "/settings"}
"""What else there is below a record of a kind."""


@dataclass
class Foreign:
    """Twenty records of two organizations; `paths` of each one's."""

    deployment: Deployment
    clients: tuple[Client, Client]
    paths: tuple[list[str], list[str]] = field(default_factory=lambda: ([], []))

    def seen(self) -> dict[str, bytes]:
        """Each record, each list that one is in, and what each owner is answered: byte for byte."""
        return {
            f"{number} {path}": body
            for number, client in enumerate(self.clients)
            for path in (*self.paths[number], *self._around(number))
            for _, body, _ in [client.ask("GET", path)]
        }

    def _around(self, number: int) -> list[str]:
        """Lists, and what lies below the records."""
        lists = dict.fromkeys(path.rpartition("/")[0] for path in self.paths[number])
        more = MANY.get(self.deployment.name, "")
        below = [
            path + BESIDE[kind.name]
            for kind in KINDS[self.deployment.name]
            for path in self.paths[number]
            if kind.name in BESIDE and path.rpartition("/")[0] == kind.collection
        ]
        return [*(f"{path}{more}" for path in lists if path not in UNLISTED), *below]

    def close(self) -> None:
        for client in self.clients:
            client.close()


def settle(deployment: Deployment, chosen: tuple[str, ...] = (), most: int = 20) -> Foreign:
    """Twenty records of plain clients, spread over all kinds and two organizations. `chosen`: ids that
    clients choose, for some; the mock has its own from a seed file (see `seed_file`)."""
    found = Foreign(deployment, (Client(deployment, 0), Client(deployment, 1)))
    if deployment.name == "mock":
        return _planted(found, most)
    for number, client in enumerate(found.clients):
        wanted = most - 8 if number == 0 else 8
        made = Neighbour(
            client, KINDS[deployment.name], random.Random(number), _numbers=count(1 + 100 * number)
        )
        for code in chosen[: wanted // 2]:
            client.ask("PUT", f"/carriers/{code}", {"name": f"Theirs {code}"})
            found.paths[number].append(f"/carriers/{code}")
        for turn in range(wanted - len(found.paths[number])):
            assert made.create(made.kinds[turn % len(made.kinds)]), made.surprises
        found.paths[number].extend(own.path for own in made.own)
        for path in found.paths[number]:
            while client.ask("GET", path)[0] == 202:  # a report takes a moment
                time.sleep(0.02)
    assert most == sum(map(len, found.paths))
    return found


def seed_file(folder: Path) -> Path:
    """Twenty records for the mock; those of one caller have the ids of the document's path examples."""
    owners = ("demo-org-123", "demo-org-456")
    examples = _path_examples()
    agents = [
        _given(examples["agentId"] if n == 0 else None, n, owners[n % 2], name=f"Agent {n}") for n in range(5)
    ]
    for each in agents:
        each.update(modelProvider="openai", modelName="gpt-4")
    first = [each["id"] for each in agents[:2]]
    tables: dict[str, list[dict[str, Any]]] = {
        "agents": agents,
        "knowledgeSources": [],
        "jobs": [],
        "workItems": [],
    }
    for n in range(5):
        owner, agent = owners[n % 2], first[n % 2]
        tables["knowledgeSources"].append(
            _given(
                examples["knowledgeId"] if n == 0 else None,
                10 + n,
                owner,
                type="website",
                source=f"https://{n}.example",
            )
        )
        tables["jobs"].append(
            _given(
                examples["jobId"] if n == 0 else None,
                20 + n,
                owner,
                name=f"Job {n}",
                schedule="0 9 * * *",
                agentId=agent,
            )
        )
        tables["workItems"].append(
            _given(
                examples["workItemId"] if n == 0 else None,
                30 + n,
                owner,
                type="model_call",
                timeSpent="0.5",
                agentId=agent,
            )
        )
    invoice = {"id": examples["invoiceId"], "orgId": owners[0], "month": "month-1"}
    path = folder / "foreign.json"
    path.write_text(json.dumps({**tables, "invoices": [invoice]}), encoding="utf-8")
    return path


def _path_examples() -> dict[str, str]:
    described = yaml.safe_load(BUNDLED.read_text(encoding="utf-8"))
    parameters = described["components"]["parameters"].values()
    return {each["name"]: each["example"] for each in parameters if each["in"] == "path"}


def _given(identifier: str | None, number: int, owner: str, **values: Any) -> dict[str, Any]:
    own = identifier or f"{number:08x}-0000-4000-8000-000000000000"
    return {"id": own, "orgId": owner, "createdAt": "2026-01-05T10:00:00.000Z", **values}


def _planted(found: Foreign, most: int) -> Foreign:
    """What the seed file gave to each."""
    for number, client in enumerate(found.clients):
        for kind in KINDS["mock"]:
            status, body, _ = client.ask("GET", kind.collection)
            assert 200 == status
            (listed,) = json.loads(body).values()
            found.paths[number].extend(f"{kind.collection}/{each['id']}" for each in listed)
    assert most == sum(map(len, found.paths))
    return found
