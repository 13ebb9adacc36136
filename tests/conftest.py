"""What every test starts from."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _default_language():
    """A request leaves its language behind; no test inherits it from another."""
    translation.deactivate()
    yield
    translation.deactivate()
