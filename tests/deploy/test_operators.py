import re

import pytest

from demo.servers import CHECKOUT

TABLE = re.findall(r"^\| `([A-Z_]+)` \|", (CHECKOUT / "docs" / "operators.md").read_text(), re.M)


def read_in(pattern, *paths):
    return {name for path in paths for name in re.findall(pattern, path.read_text())}


def test_every_variable_of_the_application_is_in_the_operators_table():
    settings = read_in(
        r'env(?:_bool|_int|_list)?\(\s*"([A-Z_]+)"', *CHECKOUT.glob("conference/*.py")
    )
    server = read_in(r'environ\.get\("([A-Z_]+)"', CHECKOUT / "deploy" / "gunicorn.py")

    assert settings | server == set(TABLE)


def test_no_variable_is_listed_twice():
    assert len(TABLE) == len(set(TABLE))


@pytest.mark.parametrize("app", ["speakers", "programme", "registration", "press"])
def test_only_the_settings_read_the_environment(app):
    assert not [path for path in (CHECKOUT / app).rglob("*.py") if "environ" in path.read_text()]
