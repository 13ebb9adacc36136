"""What ``manage.py check --deploy`` says of an installation beside what Django says."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def link_key_is_its_own(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Turning the key of sessions must not break every private link and ticket."""
    if settings.LINK_KEY != settings.SECRET_KEY:
        return []
    return [
        Warning(
            "LINK_KEY is not set apart from SECRET_KEY.",
            hint="Set LINK_KEY: private links and tickets then outlive a change of SECRET_KEY.",
            id="conference.W001",
        )
    ]
