"""A drawing made from an edition itself: rings spreading from its days, like the guilloche of an engraved diploma.

The same edition always gives the same drawing, and no two editions give the same one.
"""

import math
import random
from datetime import date
from functools import lru_cache

from django.utils.safestring import SafeString, mark_safe

SIZE = 640
RINGS = 26
POINTS = 96


@lru_cache(maxsize=32)
def svg(seed: str, *, first: date, last: date) -> SafeString:
    """An inline ``<svg class="motif">`` of hairlines in the current colour, hidden from assistive technology."""
    lines = "".join(f'<path d="{path}"/>' for path in paths(seed, first=first, last=last))
    return mark_safe(  # noqa: S308 — numbers only
        f'<svg class="motif" viewBox="0 0 {SIZE} {SIZE}" aria-hidden="true" focusable="false">{lines}</svg>'
    )


def paths(seed: str, *, first: date, last: date) -> list[str]:
    """Closed curves, each a circle waved by the day and the month, and turned a little from the last."""
    chance = random.Random(f"{seed} {first:%Y%m%d}")  # noqa: S311 — a drawing, not a secret
    petals = 5 + (first.day + last.day) % 7
    ripples = petals * 2 + first.month % 5 + 1
    swing = chance.uniform(0.16, 0.22)
    turn = chance.choice((-1, 1)) * chance.uniform(0.5, 0.9) * math.tau / petals / RINGS
    phase = chance.uniform(0, math.tau)
    return [
        _ring(ring / (RINGS - 1), petals=petals, ripples=ripples, swing=swing, phase=phase + turn * ring)
        for ring in range(RINGS)
    ]


def _ring(depth: float, *, petals: int, ripples: int, swing: float, phase: float) -> str:
    """One curve; ``depth`` goes from 0 at the heart to 1 at the rim."""
    radius = SIZE / 2 * (0.16 + 0.62 * depth)
    points = []
    for step in range(POINTS):
        angle = math.tau * step / POINTS
        wave = swing * math.cos(petals * angle + phase * petals)
        wave += 0.045 * (1 - depth) * math.cos(ripples * angle - phase)
        reach = radius * (1 + wave)
        points.append((SIZE / 2 + reach * math.cos(angle), SIZE / 2 + reach * math.sin(angle)))
    return smooth(points)


def smooth(points: list[tuple[float, float]]) -> str:
    """A closed curve through the middles of the sides of a polygon, as compact quadratic Béziers."""
    middles = [
        ((x1 + x2) / 2, (y1 + y2) / 2) for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True)
    ]
    start = middles[-1]
    curve = "".join(f"Q{x:.0f} {y:.0f} {mx:.0f} {my:.0f}" for (x, y), (mx, my) in zip(points, middles, strict=True))
    return f"M{start[0]:.0f} {start[1]:.0f}{curve}Z"
