"""QR codes of tokens and secret addresses, for the screen and for paper."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conference.pdf import Squares

QUIET_ZONE = 4  # modules (ISO/IEC 18004)
# One mask for all: secrets are random already, and weighing the eight costs more than the drawing.
MASK = 4


def code_of(token: str) -> segno.QRCode:
    """Error correction M: 15 % of it may be soiled or worn."""
    return segno.make(token, error="m", boost_error=False, micro=False, mask=MASK)


def squares(token: str) -> Squares:
    return Squares(code_of(token).matrix, QUIET_ZONE)


def svg(token: str, *, label: object) -> SafeString:
    """Dark on white whatever is around it, as scanners expect; one path for all its modules."""
    matrix = code_of(token).matrix
    side = len(matrix) + 2 * QUIET_ZONE
    modules = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(matrix, start=QUIET_ZONE)
        for x, is_dark in enumerate(row, start=QUIET_ZONE)
        if is_dark
    )
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}">'
        '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}"/></svg>',
        side,
        label,
        modules,
    )
