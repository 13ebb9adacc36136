"""Files of these tests lie in a folder of their own."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    storages = {name: dict(options) for name, options in settings.STORAGES.items()}
    storages["private"]["OPTIONS"] = {"location": str(tmp_path / "private"), "base_url": None}
    settings.STORAGES = storages
    cache.clear()
