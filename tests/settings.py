"""With these settings the suite is quick and alone: its own servers, no mail, tasks at once."""

import atexit
import contextlib
import os
import sys
import tempfile

from demo import servers

os.environ["DEBUG"] = "1"
os.environ.pop("COLLOQUE_DEMO", None)
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="colloque-tests-")


def _start_servers() -> None:
    """Bring PostgreSQL and Valkey for this run, unless the environment names others."""
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    os.environ.update(stack.enter_context(servers.environment(None)))


# A type checker reads these settings too, and needs no server.
if "pytest" in sys.modules:
    _start_servers()

from conference.settings import *  # noqa: E402, F403
from conference.settings import DATABASES, INSTALLED_APPS, STATIC_ROOT  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = "memory://"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
WHITENOISE_AUTOREFRESH = False
# A pool's connections would outlive the test database.
DATABASES["default"]["OPTIONS"].pop("pool", None)
# Tests roll back, which no stamp can see: tests of the rendered pages turn it on.
KEEP_RENDERED_PAGES = False
# Nothing is collected there, and WhiteNoise warns of a folder that is missing.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

if "mypy" in sys.modules:
    INSTALLED_APPS[0] = "tests.typed_modeltranslation.DeclaredManagers"
