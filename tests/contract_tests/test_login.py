"""Logins by OAuth 2.0: a token before the run, a new one when it is over, and no secret anywhere."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.configuration import read_configuration
from contract_tests.configuration.asking import configured_target
from contract_tests.configuration.login import grants
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.footprint import Footprint
from contract_tests.network.dispatch import Stopped
from contract_tests.network.login import Grant, Logins, Token, logged_in
from contract_tests.problems import LoginRefused, Misuse
from contract_tests.question import read_document
from contract_tests.target import Target
from tests.contract_tests.asking import ENVIRONMENT, ROOT, Result, check, run
from tests.servers.lending import CLIENTS, USERS, lending

SECRETS = {"READER": CLIENTS["reader"][0], "OTHER": CLIENTS["other"][0], "PASSWORD": USERS["ada"][0]}
READER = 'client_id = "reader"\nclient_secret = "${READER}"\n'
AS_READER = f"[identities.one.oauth2]\n{READER}"
URL = "http://127.0.0.1:1/api"


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secrets are in the environment, here and in child processes."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
        monkeypatch.setitem(ENVIRONMENT, name, value)


def write_document(folder: Path, **flows: dict[str, Any]) -> Path:
    """The library's document, in which logins have these flows."""
    data = yaml.safe_load((ROOT / "tests" / "servers" / "library.yaml").read_text("utf-8"))
    data["components"]["securitySchemes"]["token"] = {"type": "oauth2", "flows": flows}
    path = folder / "library.json"
    path.write_text(json.dumps(data), "utf-8")
    return path


def flow(url: str = "/token") -> dict[str, Any]:
    return {"tokenUrl": url, "scopes": {}}


def ask(folder: Path, url: str, settings: str, *more: str) -> Result:
    """`hyfn check` with a hyfn.toml."""
    if not (folder / "library.json").exists():
        write_document(folder, clientCredentials=flow(), password=flow())
    (folder / "hyfn.toml").write_text(
        f'target = "{url}"\ndocument = "library.json"\nseed = 1\n{settings}', "utf-8"
    )
    return check(folder, "--report", "json,junit", "--report-dir", "out", *more)


def shown(folder: Path, done: Result) -> str:
    """All that anybody can read after a run."""
    files = [path.read_text("utf-8") for path in (folder / "out").glob("*")]
    return "".join([done.stdout, done.stderr, *files])


def test_a_token_is_fetched_by_the_flow_of_the_document(tmp_path: Path) -> None:
    with lending() as (url, service):
        done = ask(tmp_path, url, AS_READER + 'scopes = ["books", "authors"]\n')

    assert 0 == done.returncode, done.stdout + done.stderr
    assert [{"grant_type": "client_credentials", "scope": "books authors"}] == service.logins
    assert "), 1 login\n" in done.stdout
    report = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert (1, ["Authorization"]) == (report["footprint"]["logins"], report["identities"]["one"])


def test_a_user_logs_in_by_password_and_a_client_may_tell_its_secret_in_the_body(tmp_path: Path) -> None:
    user = 'client_auth = "body"\nusername = "ada"\npassword = "${PASSWORD}"\n'
    with lending() as (url, service):
        done = ask(tmp_path, url, AS_READER + user, "-c", "create_then_get*")

    assert 0 == done.returncode, done.stdout + done.stderr
    (form,) = service.logins
    assert ("password", "reader", "ada") == (form["grant_type"], form["client_id"], form["username"])


def test_two_identities_log_in_each_for_itself(tmp_path: Path) -> None:
    other = '[identities.other.oauth2]\nclient_id = "other"\nclient_secret = "${OTHER}"\n'
    with lending() as (url, service):
        done = ask(tmp_path, url, AS_READER + other, "-c", "other_organization*")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert 2 == len(service.logins)
    assert "no second identity" not in done.stdout


@pytest.mark.parametrize("says_when", [True, False])
def test_a_token_that_is_over_is_replaced_and_nothing_fails(tmp_path: Path, says_when: bool) -> None:
    """At its time where that is known, else on a 401."""
    with lending(life=0.4, says_when=says_when) as (url, service):
        done = ask(tmp_path, url, AS_READER, "--rate-limit", "150/s", "-c", "*create*,*update*,*list*")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert len(service.logins) > 2
    assert " 0 left" in done.stdout


def test_a_login_that_is_refused_is_one_line(tmp_path: Path) -> None:
    with lending(most=0) as (url, _):
        done = ask(tmp_path, url, AS_READER)

    assert (3, "") == (done.returncode, done.stdout)
    line = f"hyfn check: the login failed: POST {url}/token is answered 401 (invalid_client)\n"
    assert line == done.stderr


def test_a_login_that_is_refused_later_ends_the_run(tmp_path: Path) -> None:
    """It is not tried again and again."""
    with lending(life=0.3, most=1) as (url, service):
        done = ask(tmp_path, url, AS_READER, "--rate-limit", "150/s")

    assert done.returncode in (1, 3), done.stdout + done.stderr  # 1: what it made may still be there
    assert f"(the login failed: POST {url}/token is answered 401 (invalid_client))" in done.stdout
    assert 2 == len(service.logins)


def test_no_redirect_is_followed(tmp_path: Path) -> None:
    with lending(moved=True) as (url, service):
        done = ask(tmp_path, url, AS_READER)

    assert 3 == done.returncode
    assert "is answered 307: a redirect is not followed\n" in done.stderr
    assert 1 == len(service.logins)


def test_no_secret_and_no_token_is_shown(tmp_path: Path) -> None:
    """Also where the server repeats it; what shows the fault names a variable."""
    with lending(echoes=True, life=0.5) as (url, service):
        done = ask(tmp_path, url, AS_READER, "--rate-limit", "150/s", "--max-requests", "300")
        tokens = list(service.tokens)

    assert len(tokens) > 1
    told = shown(tmp_path, done)
    assert "never_answers_with_a_server_error" in told
    assert "$HYFN_AUTHORIZATION" in told
    assert [] == [each for each in [*tokens, *SECRETS.values()] if each in told]


def test_a_sweep_logs_in_as_the_run_did(tmp_path: Path) -> None:
    with lending() as (url, service):
        ask(tmp_path, url, AS_READER, "-c", "delete_removes_one")
        swept = run([sys.executable, "-P", "-m", "hyfn", "sweep", "--ledger", "ledgers"], tmp_path)

    assert (0, "nothing is left of earlier runs\n") == (swept.returncode, swept.stdout), swept.stderr
    assert 2 == len(service.logins)


def test_a_rehearsal_logs_nobody_in(tmp_path: Path) -> None:
    with lending() as (url, service):
        done = ask(tmp_path, url, AS_READER, "--dry-run")

    assert (0, []) == (done.returncode, service.logins), done.stdout + done.stderr


def test_a_typed_header_replaces_the_login(tmp_path: Path) -> None:
    with lending() as (url, service):
        done = ask(tmp_path, url, AS_READER, "-H", "authorization: Bearer typed")

    assert (3, []) == (done.returncode, service.logins)
    assert "the credentials given with -H are not accepted" in done.stderr


def read_grants(folder: Path, settings: str, url: str = URL, **flows: dict[str, Any]) -> tuple[Grant, ...]:
    document = read_document(write_document(folder, **flows))
    path = folder / "hyfn.toml"
    path.write_text(settings, "utf-8")
    return grants(read_configuration(path), document, url, os.environ)


@pytest.mark.parametrize(
    ("token_url", "expected"),
    [("/token", "http://127.0.0.1:1/token"), ("token", f"{URL}/token"), ("http://127.0.0.1:1/t", "http://127.0.0.1:1/t")],
)  # fmt: skip
def test_the_token_url_may_be_relative_to_the_target(tmp_path: Path, token_url: str, expected: str) -> None:
    (grant,) = read_grants(tmp_path, AS_READER, clientCredentials=flow(token_url))
    assert (expected, SECRETS["READER"]) == (grant.url, grant.client_secret)


@pytest.mark.parametrize(
    "elsewhere", ["http://127.0.0.1:2/token", "https://127.0.0.1:1/t", "//evil.example/t"]
)
def test_a_token_url_elsewhere_has_to_be_named(tmp_path: Path, elsewhere: str) -> None:
    with pytest.raises(
        Misuse, match=r"hyfn\.toml:1: the token URL of token, .* is not on the target's origin"
    ):
        read_grants(tmp_path, AS_READER, clientCredentials=flow(elsewhere))

    (grant,) = read_grants(tmp_path, f'{AS_READER}token_url = "https://login.example/t"\n', password=flow())
    assert "https://login.example/t" == grant.url


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            AS_READER,
            "1: the document has no security scheme with the flow clientCredentials: give a token_url",
        ),
        (f'{AS_READER}token_url = "ftp://x/"\n', "4: 'ftp://x/' is no URL of a token endpoint"),
        (
            f'{AS_READER}[identities.one.headers]\nAuthorization = "x"\n',
            "4: authorization is what the login gives",
        ),
        (
            f'{AS_READER}username = "a"\n[identities.other.oauth2]\n{READER}username = "a"\n',
            "5: both identities log in as the same",
        ),
    ],
)
def test_what_cannot_be_a_login_is_said_with_its_line(tmp_path: Path, settings: str, says: str) -> None:
    with pytest.raises(Misuse) as caught:
        read_grants(tmp_path, settings, password=flow())
    assert str(caught.value).startswith(f"{tmp_path / 'hyfn.toml'}:{says}")


def test_a_variable_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("READER")
    with pytest.raises(Misuse, match=r"oauth2\.client_secret asks for READER"):
        read_grants(tmp_path, AS_READER, clientCredentials=flow())


class Clock:
    """A clock that is set by hand, and logins that count."""

    def __init__(self, life: float) -> None:
        self.now, self.life, self.given, self.refuses = 0.0, life, 0, False

    def fetch(self, _grant: Grant, _timeout: float) -> Token:
        if self.refuses:
            raise LoginRefused("no")
        self.given += 1
        return Token(f"Bearer token-{self.given}", self.life)

    def target(self) -> tuple[Target, Logins]:
        logins = Logins(self.fetch, lambda: self.now)
        target = logged_in(Target(URL), [Grant("one", f"{URL}/token", "me")], logins=logins)
        return target, logins


def sent(status: int, value: str = "Bearer token-1") -> Exchange:
    request = Request("GET", URL, (("Authorization", value),))
    return Exchange(1, request, Answer(status))


def test_what_leaves_has_the_token_of_the_time() -> None:
    clock = Clock(life=100)
    _, logins = clock.target()
    given = (("authorization", "Bearer token-1"), ("x", "Bearer token-1"))
    broken = (("Authorization", "Bearer token-"),)

    assert given == logins.fresh(given)
    clock.now = 96
    assert (("authorization", "Bearer token-2"), ("x", "Bearer token-1")) == logins.fresh(given)
    assert broken == logins.fresh(broken), "a credential that a check broke stays broken"
    assert {"Bearer token-2"} == {header.value for header in logins.secrets}


def test_a_401_renews_a_token_that_was_good_and_no_other() -> None:
    clock = Clock(life=100)
    _, logins = clock.target()

    assert not logins.renewed(sent(200), 1)
    assert not logins.renewed(sent(401, "Bearer other"), 1), "it left with another credential"
    assert logins.renewed(sent(401), 1)
    assert logins.renewed(sent(401), 1), "it left before the token was renewed"
    assert not logins.renewed(sent(401), 2), "it was never accepted"
    assert 2 == clock.given


def test_the_first_token_may_be_over_before_the_run_begins() -> None:
    clock = Clock(life=100)
    _, logins = clock.target()

    assert [True, False] == [logins.renewed(sent(401), number) for number in (1, 2)]


def test_an_operation_that_answers_401_whatever_the_token_is_not_asked_again_and_again() -> None:
    clock = Clock(life=100)
    _, logins = clock.target()
    logins.renewed(sent(200), 1)
    assert logins.renewed(sent(401), 1)
    logins.learn(sent(401))
    logins.renewed(sent(200), 2)

    assert not logins.renewed(sent(401), 2)


def test_a_renewal_that_is_refused_ends_the_run_and_is_not_tried_again() -> None:
    clock = Clock(life=100)
    _, logins = clock.target()
    footprint = Footprint()
    logins.count_in(footprint)
    clock.now, clock.refuses = 100, True
    for _ in range(3):
        with pytest.raises(Stopped, match="no"):
            logins.fresh((("Authorization", "Bearer token-1"),))

    assert 2 == footprint.logins


def test_another_token_of_the_same_login_is_the_same_identity() -> None:
    """A sweep recognizes what a run made, whatever token it has."""
    first, second = Clock(1), Clock(1)
    second.given = 7

    assert first.target()[0].headers != second.target()[0].headers
    assert first.target()[0].signature("one") == second.target()[0].signature("one")


def test_the_door_may_ask_whom_the_file_names(tmp_path: Path) -> None:
    write_document(tmp_path, clientCredentials=flow())
    path = tmp_path / "hyfn.toml"
    with lending() as (url, service):
        path.write_text(f'url = "{url}"\ndocument = "library.json"\n{AS_READER}', "utf-8")
        target = configured_target(read_configuration(path), os.environ)

    assert target is not None
    assert (url, ["HYFN_AUTHORIZATION"]) == (target.url, [header.variable for header in target.headers])
    assert 1 == len(service.logins)
