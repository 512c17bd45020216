"""What documents have besides schemas is served, in each version of OpenAPI that has it."""

import json
from pathlib import Path

import pytest

from openapi.document import load
from openapi.findings import look_through, unhonoured
from tests.handlers.generic.api import NO_BODY, serving
from tests.supported.features import ANY, FEATURES, Feature
from tests.supported.keywords import VERSIONS


@pytest.mark.parametrize(
    ("version", "feature"),
    [
        pytest.param(version, feature, id=f"{version[:3]} {name}")
        for version in VERSIONS
        for name, feature in FEATURES.items()
        if version[:3] in feature.versions
    ],
)
def test_a_feature_is_served(version: str, feature: Feature, tmp_path: Path) -> None:
    """Nothing about it is told at the start, and each request is answered as it should be."""
    path = tmp_path / "api.json"
    written = {"openapi": version, "info": {"title": "Made up", "version": "1"}, "paths": feature.paths}
    path.write_text(json.dumps({**written, **(feature.more or {})}))
    document = load(path)
    look_through(document)
    assert [] == [str(finding) for finding in document.findings()]
    assert [] == unhonoured(document)
    mock = serving(document)
    for ask in feature.asks:
        body = NO_BODY if ask.body is ANY else ask.body
        answered = mock.ask(ask.method, ask.target, body, dict(ask.headers))
        assert (ask.method, ask.target, ask.status) == (ask.method, ask.target, answered.status), answered
        assert ask.json is ANY or ask.json == answered.json
