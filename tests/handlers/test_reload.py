"""The mock follows edits of its document."""

import json
import time
from pathlib import Path
from typing import Any

from openapi.document import BUNDLED, load
from tests.running import Start


def test_an_edit_is_served_within_a_second(start_mock: Start, tmp_path: Path) -> None:
    """Records that no longer fit are set aside and come back; a broken edit leaves the last good document."""

    path = tmp_path / "api.yaml"
    text = BUNDLED.read_text()
    path.write_text(text)
    mock = start_mock(str(path), "--reload")
    before = mock.ask("GET", "/agents").json["agents"]

    path.write_text(text.replace("version: 1.0.0", "version: 1.0.1").replace(", snowflake_cortex]", "]"))
    wait(lambda: mock.ask("GET", "/openapi.json", at="").json["info"]["version"] == "1.0.1")
    during = mock.ask("GET", "/agents").json["agents"]
    assert {"snowflake_cortex"} == {a["modelProvider"] for a in before} - {a["modelProvider"] for a in during}

    path.write_text(text + "\nbroken: [\n")
    time.sleep(0.7)
    assert during == mock.ask("GET", "/agents").json["agents"]

    path.write_text(text)
    wait(lambda: mock.ask("GET", "/agents").json["agents"] == before)
    mock.stop()
    _, said = mock.process.communicate()
    assert "1 stored records do not fit" in said
    assert f"{path}:" in said
    assert "goes on being served" in said


def wait(until: Any) -> None:
    """At most three seconds on a busy machine."""
    for _ in range(60):
        if until():
            return
        time.sleep(0.05)
    raise AssertionError("not within three seconds")


def test_a_property_that_the_document_gains_is_kept_and_shown(start_mock: Start, tmp_path: Path) -> None:
    """Nothing is written for it: what the request declares is stored, what it does not declare is not."""
    path = tmp_path / "api.json"
    data = json.loads(json.dumps(load().data))
    for name in ("AgentCreate", "AgentUpdate", "Agent"):
        data["components"]["schemas"][name]["properties"]["nickname"] = {"type": "string"}
    path.write_text(json.dumps(data))
    mock = start_mock(str(path))
    body = {"name": "a", "modelProvider": "openai", "modelName": "b", "nickname": "nn", "shoeSize": 43}
    made = mock.ask("POST", "/agents", body).json["agent"]
    changed = mock.ask("PATCH", f"/agents/{made['id']}", {"nickname": "mm"}).json["agent"]

    assert ("nn", "mm") == (made["nickname"], changed["nickname"])
    assert "shoeSize" not in made
    assert changed == mock.ask("GET", f"/agents/{made['id']}").json["agent"]
