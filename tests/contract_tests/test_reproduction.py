"""What is printed to see a finding again shows it again, on fresh records of a server that has the fault."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contract_tests.contract import Contract
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.profile import Permissions, Profile
from contract_tests.question import Question, read_document
from contract_tests.result import Finding
from contract_tests.session import Session
from contract_tests.showing.mask import Mask, masked
from contract_tests.showing.origins import Origins
from contract_tests.showing.reproduction import needed, reproduction
from contract_tests.target import Target, parse_target
from tests.contract_tests.recording import document
from tests.servers import serving

BASE = "http://127.0.0.1:1"

CASES = [
    ("library", "title_is_trimmed", "values_survive_the_round_trip"),
    ("library", "deleted_author_stays_readable", "deleted_is_gone"),
    ("library", "books_of_others_are_readable", "other_organization_cannot_read"),
    ("library", "beginning_of_a_token_is_enough", "broken_credential_is_refused"),
    ("library", "location_of_a_book_is_its_author", "location_leads_to_the_created_item"),
    ("ledgerly", "if_match_is_ignored", "stale_if_match_is_refused"),
    ("ledgerly", "if_none_match_is_ignored", "if_none_match_answers_304"),
    ("ledgerly", "last_page_is_missing", "pages_partition_the_list"),
    ("ledgerly", "idempotency_key_is_ignored", "idempotency_key_repeats_the_answer"),
    ("ledgerly", "second_delete_crashes", "never_answers_with_a_server_error"),
    ("depot", "password_is_not_checked", "wrong_credential_is_refused"),
    ("depot", "beginning_of_a_password_is_enough", "broken_credential_is_refused"),
    ("depot", "put_of_a_warehouse_is_not_stored", "update_is_applied"),
    ("depot", "warehouse_with_shipments_is_deleted", "deleting_a_parent_leaves_no_orphan"),
    ("depot", "dispatch_is_not_kept", "action_answer_equals_next_get"),
]


@dataclass
class Script:
    """What a person would paste."""

    text: str
    target: Target
    finding: Finding

    def run(self, url: str) -> list[str]:
        """The statuses that pasting it shows, and all of it with ids as numbers, without times; at another
        address than the run's."""
        given = {header.variable: header.value for header in (*self.target.headers, *self.target.other)}
        done = subprocess.run(
            ["bash", "-c", self.text.replace(self.target.url, url)], env={**os.environ, **given},
            capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert b"Traceback" not in done.stderr, done.stderr
        said = done.stdout.decode()
        shown = re.findall(r"^HTTP/1.1 (\d+)", said, re.MULTILINE)
        plain = re.sub(
            r"(?im)^(date|etag|content-length):.*$|\d{4}-\d\d-\d\dT[\d:.]+Z|127.0.0.1:\d+", "", said
        )
        known: dict[str, int] = {}
        ids = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|inv_\w{12}|(?<=[:/] )?\b\d{2,}\b")
        return [*shown, ids.sub(lambda found: f"<{known.setdefault(found[0], len(known))}>", plain)]


def scripts(name: str, fault: str, check: str, url: str, folder: Path) -> Iterator[Script]:
    """The findings of one check against a server with a fault."""
    one, other = serving.service_of(name).CREDENTIALS
    target = parse_target(url, map(": ".join, one.items()), {}, map(": ".join, other.items()))
    described = read_document(Path(serving.__file__).with_name(f"{name}.yaml"))
    permissions = Permissions(Profile.SANDBOXED, loopback=True)
    asked = Question(described, 1, permissions, checks=(check, "second_delete_is_stable"), ledger=folder)
    result = Session(target, asked).conduct()
    mask = masked(result.exchanges, (*target.headers, *target.other))
    for finding in (each for each in result.findings if each.check == check):
        commands = reproduction(finding.steps, result.origins, mask)
        yield Script("\n".join(" ".join(words) for words in commands), target, finding)


@pytest.mark.parametrize(("name", "fault", "check"), CASES)
def test_what_is_pasted_shows_the_fault(tmp_path: Path, name: str, fault: str, check: str) -> None:
    """Twice in a row, with the answer that the finding is about; a server without the fault shows another
    one."""
    with serving.running(name, fault) as faulty, serving.running(name) as right:
        found = list(scripts(name, fault, check, faulty.url, tmp_path))
        assert found
        for script in found[:2]:
            last = max(script.finding.steps, key=lambda step: step.number)
            for _ in range(2):
                assert str(last.status) == script.run(faulty.url)[-2], script.text
            assert script.run(faulty.url) != script.run(right.url), script.text


def test_no_script_holds_a_secret(tmp_path: Path) -> None:
    for name, fault, check in CASES:
        if "credential" not in check:
            continue
        with serving.running(name, fault) as server:
            for script in scripts(name, fault, check, server.url, tmp_path):
                for header in (*script.target.headers, *script.target.other):
                    secret = header.value.rpartition(" ")[2]
                    assert not [at for at in range(len(secret) - 3) if secret[at : at + 4] in script.text]


# Values that earlier answers told, in requests of all kinds.

CONTRACT = Contract(document())
NUMBERS = iter(range(1, 10_000))


def exchange(
    method: str,
    path: str,
    body: Any = None,
    *,
    answer: Any = None,
    status: int = 200,
    sent: Any = (),
    came: Any = (),
) -> Exchange:
    """An exchange with the API of things; `sent`, `came`: headers."""
    match = CONTRACT.match(method, path)
    data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
    return Exchange(
        next(NUMBERS), Request(method, BASE + path, tuple(sent), data),
        Answer(status, tuple(came), b"" if answer is None else json.dumps(answer).encode()),
        operation=match.operation if match else None, path=match.template if match else None,
    )  # fmt: skip


def shown(*steps: Exchange, before: tuple[Exchange, ...] = ()) -> list[str]:
    origins = Origins(CONTRACT, BASE, [*before, *steps])
    return [" ".join(words) for words in reproduction(steps, origins, Mask(()))]


def created(own: str, path: str = "/things", **more: Any) -> Exchange:
    return exchange(
        "POST", path, {"name": "n"}, answer={"id": own, **more.pop("answer", {})}, status=201, **more
    )


def test_an_id_becomes_a_variable() -> None:
    made = created("abcd")
    lines = shown(made, exchange("GET", "/things/abcd", answer={"id": "abcd"}))
    assert lines[0].startswith("HYFN_ID_1=$(curl -s -X POST http://127.0.0.1:1/things ")
    assert lines[0].endswith("""| python3 -c 'import json,sys; print(json.load(sys.stdin)["id"])')""")
    assert """curl -siw '\\n' "http://127.0.0.1:1/things/$HYFN_ID_1\"""" == lines[1]


def test_parents_are_created_first_though_no_step_creates_them() -> None:
    parent, child = created("abcd"), created("efgh", "/things/abcd/parts")
    lines = shown(exchange("GET", "/things/abcd/parts/efgh"), before=(parent, child))
    assert ["HYFN_ID_1", "HYFN_ID_2"] == [line.partition("=")[0] for line in lines[:2]]
    assert "curl -siw '\\n' \"http://127.0.0.1:1/things/$HYFN_ID_1/parts/$HYFN_ID_2\"" == lines[2]
    assert '"http://127.0.0.1:1/things/$HYFN_ID_1/parts"' in lines[1]


def test_digits_of_an_id_stay_elsewhere() -> None:
    """In other segments, in the query, in other members of the body, in the port."""
    body = {"name": "n1", "state": "1", "count": 1}
    made = created("1")
    step = exchange("PUT", "/things/1?limit=1", body)
    assert [
        "curl -siw '\\n' -X PUT \"http://127.0.0.1:1/things/$HYFN_ID_1?limit=1\" -H content-type: "
        """--data-raw '{"name":"n1","state":"1","count":1}'"""
    ] == shown(made, step)[1:]


def test_an_id_in_a_body_becomes_a_variable() -> None:
    """Where nothing else can be meant."""
    made = created("abcd-1")
    step = exchange("POST", "/things", {"name": "of abcd-1", "state": "abcd-1"}, status=201)
    assert """--data-raw '{"name":"of abcd-1","state":"'"$HYFN_ID_1"'"}'""" in shown(made, step)[1]


def test_an_id_of_the_client_stays_what_it_is() -> None:
    put = exchange("PUT", "/things/mine-1", {"name": "n"}, status=201)
    lines = shown(exchange("GET", "/things/mine-1"), before=(put,))
    assert lines[0].startswith("curl -siw '\\n' -X PUT http://127.0.0.1:1/things/mine-1 ")
    assert "curl -siw '\\n' http://127.0.0.1:1/things/mine-1" == lines[1]


def test_an_id_may_stand_in_location_alone() -> None:
    made = exchange("POST", "/things", {"name": "n"}, status=201, came=[("Location", "/things/abcd")])
    lines = shown(made, exchange("GET", "/things/abcd"))
    assert lines[0].startswith("HYFN_ID_1=$(curl -siw ")
    assert "| sed -n 's/^[Ll]ocation: *//p' | tr -d '\\r' |" in lines[0]


def test_an_etag_is_asked_for_again() -> None:
    made = created("abcd", came=[("ETag", '"v1"')])
    read = exchange("GET", "/things/abcd", answer={"id": "abcd"}, came=[("etag", '"v2"')])
    lines = shown(made, read, exchange("PATCH", "/things/abcd", {"name": "m"}, sent=[("If-Match", '"v2"')]))
    assert lines[1].startswith(
        "HYFN_ETAG_1=$(curl -siw '\\n' \"http://127.0.0.1:1/things/$HYFN_ID_1\" | tee "
    )
    assert '-H "If-Match: $HYFN_ETAG_1"' in lines[2]


def test_two_values_of_one_answer_are_asked_for_once() -> None:
    made = created("abcd", came=[("ETag", '"v1"')])
    lines = shown(made, exchange("DELETE", "/things/abcd", sent=[("If-Match", '"v1"')], status=204))
    assert ["HYFN_ANSWER_2", "HYFN_ID_1", "HYFN_ETAG_1"] == [line.partition("=")[0] for line in lines[:3]]
    assert 1 == sum("-X POST" in line for line in lines)


def test_an_idempotency_key_is_new_every_time() -> None:
    key = ("Idempotency-Key", "0b5f2d5c-64a1-4d36-a4c3-6b9f4f3d1a11")
    lines = shown(created("abcd", sent=[key]), created("abcd", sent=[key]))
    assert ["HYFN_KEY_1=$(python3 -c 'import uuid; print(uuid.uuid4())')", 2] == [
        lines[0], sum('-H "Idempotency-Key: $HYFN_KEY_1"' in line for line in lines),
    ]  # fmt: skip


def test_what_happened_to_a_record_before_is_told() -> None:
    """That it had been deleted."""
    made, gone = created("abcd"), exchange("DELETE", "/things/abcd", status=204)
    lines = shown(exchange("PATCH", "/things/abcd", {"name": "m"}, status=500), before=(made, gone))
    assert ["POST", "DELETE", "PATCH"] == [re.findall(r"-X (\w+)", line)[0] for line in lines]


def test_a_whole_list_needs_its_records() -> None:
    """Few of them one by one, many in a loop; of one list, one."""
    made = [created(f"id-{n}", answer={"name": f"hyfn-0123abcd-{n}"}) for n in range(6)]

    def listed(count: int) -> Exchange:
        return exchange("GET", "/things", answer={"items": [{"id": f"id-{n}"} for n in range(count)]})

    assert 2 == len(shown(listed(6), before=tuple(made)))
    assert 4 == len(shown(listed(2), listed(2), before=tuple(made)))
    lines = shown(listed(6), listed(6), before=tuple(made))
    assert (3, True) == (len(lines), lines[0].startswith("for n in $(seq 6); do curl -s -X POST "))


def test_only_the_variables_that_are_needed_are_told() -> None:
    commands = [["curl", '-H "a: $HYFN_A"', '-H "b: ${HYFN_B%?}"']]
    known = [("HYFN_A", "a"), ("HYFN_B", "b"), ("HYFN_A_", "c")]
    assert [("HYFN_A", "a"), ("HYFN_B", "b")] == needed(commands, known)
