"""QR codes of opaque tokens: one path of SVG, drawn in millimetres by its style sheet."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET_ZONE = 4  # modules (ISO/IEC 18004)


def path(token: str) -> tuple[str, int]:
    """The dark modules as one path, and the side of the square with its quiet zone."""
    code = segno.make(token, error="m", boost_error=False, micro=False)
    runs: list[str] = []
    for y, row in enumerate(code.matrix, start=QUIET_ZONE):
        x = 0
        while x < len(row):
            start = x
            while x < len(row) and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start + QUIET_ZONE} {y}h{x - start}v1h-{x - start}z")
            x += 1
    return "".join(runs), len(code.matrix) + 2 * QUIET_ZONE


def svg(token: str, *, label: object) -> SafeString:
    """Dark on white whatever is around it, as scanners expect."""
    modules, side = path(token)
    return format_html(
        '<svg class="qr" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<rect width="{}" height="{}" fill="#fff"/><path d="{}"/></svg>',
        side,
        side,
        label,
        side,
        side,
        modules,
    )
