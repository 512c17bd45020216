"""Which operations could end the run's own access or the deployment: known by path and name."""

import pytest

from contract_tests.safety.danger import danger
from openapi.operation import Operation, Parts, Place


def operation(method: str, path: str, name: str) -> Operation:
    return Operation(name or f"{method} {path}", method, path, Place("#", {}), Parts)


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/user/logout", "logoutUser"),
        ("POST", "/auth/sign-out", ""),
        ("POST", "/users/{id}/logout", ""),
        ("POST", "/auth/x", "signOut"),
        ("POST", "/log/out", ""),
        ("DELETE", "/session", ""),
        ("DELETE", "/sessions/current", ""),
        ("POST", "/auth/token/refresh", ""),
        ("POST", "/oauth/revoke", ""),
        ("POST", "/api-keys/{id}/rotate", ""),
        ("POST", "/api_keys/regenerate", ""),
        ("DELETE", "/keys/{id}", "revokeApiKey"),
        ("POST", "/password/reset", ""),
        ("POST", "/users/{id}/password-reset", ""),
        ("PUT", "/users/{id}/x", "changeUserPassword"),
        ("DELETE", "/me", ""),
        ("DELETE", "/users/me", ""),
        ("DELETE", "/account", ""),
        ("DELETE", "/organization", ""),
        ("POST", "/account/close", ""),
        ("POST", "/users/me/deactivate", ""),
        ("POST", "/admin/shutdown", ""),
        ("POST", "/system/factory-reset", ""),
        ("POST", "/_reset", ""),
        ("POST", "/x", "restartServer"),
        ("GET", "/admin/restart", ""),
        ("GET", "/tokens/{id}/revoke", ""),
    ],
)
def test_it_is_dangerous(method: str, path: str, name: str) -> None:
    assert danger(method, path, operation(method, path, name))


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("POST", "/agents", "createAgent"),
        ("DELETE", "/agents/{id}", "deleteAgent"),
        ("POST", "/tokens", "createToken"),
        ("DELETE", "/tokens/{id}", "deleteToken"),
        ("POST", "/accounts", ""),
        ("DELETE", "/accounts/{id}", "deleteAccount"),
        ("PATCH", "/users/{id}", ""),
        ("POST", "/orders/{id}/cancel", "cancelOrder"),
        ("POST", "/servers/{id}/restart", ""),
        ("POST", "/images/{id}/rotate", ""),
        ("GET", "/restart-policies", ""),
        ("GET", "/password-policy", "getPasswordPolicy"),
        ("GET", "/me", "getMe"),
        ("GET", "/account", ""),
        ("POST", "/stops", "createStop"),
        ("POST", "/restore-points", ""),
        ("POST", "/keys", "createKey"),
        ("GET", "/keys/{id}", "getKey"),
        ("POST", "/login", "login"),
        ("PATCH", "/monkeys/{id}", "renewMonkey"),
    ],
)
def test_it_is_not(method: str, path: str, name: str) -> None:
    assert danger(method, path, operation(method, path, name)) is None
