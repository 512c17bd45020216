"""The README says what is supported as the cases here have it."""

from tests.supported.features import FEATURES
from tests.supported.keywords import KEYWORDS
from tests.supported.table import README, readme, table


def test_the_readme_has_the_table() -> None:
    """`make docs` writes it."""
    assert readme() == README.read_text(encoding="utf-8")


def test_the_table_names_every_case() -> None:
    """Each keyword and each feature, once."""
    told = table()
    names = [each for name in KEYWORDS for each in name.removeprefix("beside ").split(", ")]
    assert [] == [name for name in [*names, *FEATURES] if name not in told]
