"""``schedule.json``: https://c3voc.de/wiki/schedule, version 1."""

import json

from django.conf import settings

from programme.feeds.document import GENERATOR, Json

CONTENT_TYPE = "application/json"
SCHEMA = "https://c3voc.de/schedule/schema.json"


def as_json(schedule: Json) -> bytes:
    content = {
        "$schema": SCHEMA,
        "generator": GENERATOR | {"url": settings.SITE_URL},
        "schedule": schedule,
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
