"""A drawing made from an edition itself: rings spreading from its days, as on an engraved diploma.

The same edition always gives the same drawing, and no two editions are likely to share one.
"""

import math
import random
from datetime import date
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

RADIUS = 320
RINGS = 26
POINTS_PER_PETAL = 14


@lru_cache(maxsize=32)
def svg(seed: str, *, first: date, last: date) -> SafeString:
    """An inline ``<svg class="motif">`` of hairlines in the current colour, without meaning.

    One waved ring is drawn and repeated, each time larger and turned a little further.
    """
    chance = random.Random(f"{seed} {first:%Y%m%d}")  # noqa: S311 — a drawing, not a secret
    petals = 5 + (first.day + last.day) % 7
    turn = chance.choice((-1, 1)) * chance.uniform(0.5, 0.9) * 360 / petals / RINGS
    start = chance.uniform(0, 360)
    swing, lean = chance.uniform(0.17, 0.22), chance.uniform(-0.35, 0.35)
    ring = path(petals=petals, swing=swing, lean=lean)
    rings = "".join(
        f'<use href="#motif-ring" transform="rotate({start + turn * step:.1f})'
        f'scale({scale(step):.3f})"/>'
        for step in range(RINGS)
    )
    box = f"{-RADIUS} {-RADIUS} {2 * RADIUS} {2 * RADIUS}"
    return mark_safe(  # noqa: S308 — numbers only
        f'<svg class="motif" viewBox="{box}" aria-hidden="true">'
        f'<defs><path id="motif-ring" vector-effect="non-scaling-stroke" d="{ring}"/></defs>'
        f"{rings}</svg>"
    )


def scale(step: int) -> float:
    """From the heart, where rings stand close, to the rim."""
    return 0.2 + 0.8 * math.pow(step / (RINGS - 1), 1.1)


def path(*, petals: int, swing: float, lean: float) -> str:
    """A closed curve around the origin with ``petals`` waves, leaning to one side."""
    count = petals * POINTS_PER_PETAL
    points = []
    for step in range(count):
        angle = math.tau * step / count
        wave = swing * (math.cos(petals * angle) + 0.3 * lean * math.sin(2 * petals * angle))
        reach = RADIUS * (0.78 + wave * 0.78)
        points.append((reach * math.cos(angle), reach * math.sin(angle)))
    return smooth(points)


def smooth(points: list[tuple[float, float]]) -> str:
    """A closed curve through the middles of the sides of a polygon, in quadratic Béziers."""
    middles = [
        ((x1 + x2) / 2, (y1 + y2) / 2)
        for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True)
    ]
    start_x, start_y = middles[-1]
    curve = "".join(
        f"Q{x:.0f} {y:.0f} {mx:.0f} {my:.0f}"
        for (x, y), (mx, my) in zip(points, middles, strict=True)
    )
    return f"M{start_x:.0f} {start_y:.0f}{curve}Z"
