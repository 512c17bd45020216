"""The configuration file: `hyfn.toml`, or `[tool.hyfn]` in `pyproject.toml`.

It is looked for in the working directory and above it up to the root of the repository; outside of one, in
the working directory alone. Flags count before variables of the environment (HYFN_CHECK_RATE_LIMIT), those
before the file. schema.json says what may stand in it, for editors and for us.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests.configuration.conformity import SCHEMA, first_problem
from contract_tests.configuration.lines import Keys, line_of, syntax_problem
from contract_tests.problems import Misuse

__all__ = ["SCHEMA", "Configuration", "configuration", "find", "read_configuration"]

NAME, PROJECT = "hyfn.toml", "pyproject.toml"
_TABLE = ("tool", "hyfn")


@dataclass(frozen=True)
class Configuration:
    """A file that fits its schema. `table`: the keys below which its settings stand."""

    path: Path
    text: str
    settings: Mapping[str, Any]
    table: Keys = ()

    def error(self, keys: Keys, message: str) -> Misuse:
        """What is wrong at a key, with file and line."""
        return Misuse(f"{self.path}:{line_of(self.text, (*self.table, *keys))}: {message}")

    def flags(self, options: Iterable[str]) -> dict[str, Any]:
        """The settings that are flags, by name; paths as they are called from here, lists as lists."""
        known = SCHEMA["properties"]
        found = {name: self.settings[name] for name in options if name in self.settings}
        return {name: self._flag(known[name], value) for name, value in found.items()}

    @property
    def url(self) -> str | None:
        """The target. Raises Misuse where it has two names."""
        if "target" in self.settings and "url" in self.settings:
            raise self.error(("url",), "target and url are the same, expected one of them")
        found: str | None = self.settings.get("target", self.settings.get("url"))
        return found

    def headers(self, identity: str) -> tuple[str, ...]:
        """`name: value` of the identity `one` or `other`, as --header and --other-header take them."""
        flag = "header" if identity == "one" else "other-header"
        written = self.identity(identity).get("headers", {})
        given = (f"{name}: {value}" for name, value in written.items())
        return (*_listed(self.settings.get(flag, [])), *given)

    def identity(self, name: str) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.settings.get("identities", {}).get(name, {})
        return found

    @property
    def operations(self) -> Mapping[str, Mapping[str, Any]]:
        """What is different about an operation, by its name."""
        found: Mapping[str, Mapping[str, Any]] = self.settings.get("operations", {})
        return found

    def _flag(self, schema: Mapping[str, Any], value: Any) -> Any:
        if schema.get("format") == "path" and "://" not in value:
            return _from_here(self.path.parent / Path(value).expanduser())
        return _listed(value) if "$ref" in schema else value


def configuration(given: Path | None, folder: Path) -> Configuration | None:
    """The file that is given, else the one that is found from a folder, or None. Raises Misuse."""
    path = given or find(folder)
    return read_configuration(path) if path else None


def find(folder: Path) -> Path | None:
    """The nearest configuration from a folder on upwards, within its repository."""
    above = [folder, *folder.parents]
    root = next((each for each in above if (each / ".git").exists()), folder)
    for each in above[: above.index(root) + 1]:
        if (each / NAME).is_file():
            return _from_here(each / NAME)
        if (each / PROJECT).is_file() and _is_ours(each / PROJECT):
            return _from_here(each / PROJECT)
    return None


def read_configuration(path: Path) -> Configuration:
    """The configuration in a file. Raises Misuse, with file and line."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except OSError as error:
        raise Misuse(f"{path}: cannot be read: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise Misuse(f"{path}: not UTF-8 text, expected TOML") from error
    except tomllib.TOMLDecodeError as error:
        raise Misuse(syntax_problem(path, error)) from error
    table = _TABLE if path.name == PROJECT else ()
    found = Configuration(path, text, _inside(data, table), table)
    problem = first_problem(found.settings)
    if problem is not None:
        raise found.error(*problem)
    return found


def _inside(data: Any, table: Keys) -> Any:
    for key in table:
        data = data.get(key, {}) if isinstance(data, dict) else {}
    return data


def _is_ours(path: Path) -> bool:
    """Whether a project file has our table; one that cannot be read is another tool's matter."""
    try:
        return "hyfn" in tomllib.loads(path.read_text("utf-8")).get("tool", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return False


def _from_here(path: Path) -> Path:
    """A path as it is called from the working directory, where it lies below that."""
    try:
        return path.absolute().relative_to(Path.cwd())
    except ValueError:
        return path


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value
