"""The same server sending the same bytes, and doing nothing else: what a page is measured against."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
HEADERS = [
    (name, value)
    for name, _, value in (
        line.partition(": ") for line in Path(os.environ["BENCH_HEADERS"]).read_text().splitlines()
    )
]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    start_response("200 OK", HEADERS)
    return [BODY]
