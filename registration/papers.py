"""Badges on paper: for a selection of registrations, drawn by the worker."""

import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import batched

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from conference.accounts.models import User
from conference.models import Conference
from conference.papers import kinds, services
from conference.papers.kinds import Printed, Progress
from conference.papers.models import Paper
from registration import badges
from registration.models import Registration

KIND = "registration.badges"
# One file holds so many; more are several files in a ZIP, as printers like them.
IN_ONE_FILE = 1000


def ask(
    *, conference: Conference, registrations: Iterable[Registration], layout: str, user: User
) -> Paper:
    """A sheet of badges in the order given, and the worker on its way to draw it."""
    keys = [registration.pk for registration in registrations]
    return services.ask(
        KIND,
        conference=conference,
        title=f"{gettext('Badges')}: {badges.Layout(layout).label}",
        arguments={"layout": layout, "registrations": keys},
        user=user,
        total=len(keys),
    )


@kinds.kind(
    KIND,
    label=_("Badges"),
    permissions=("registration.view_registration", "registration.print_badges"),
    dataset="badges",
    holds=("badge_name", "badge_organisation", "badge_role", "code"),
    nothing=_("There is no badge to print: nobody on this sheet is registered any more."),
)
def draw(paper: Paper, progress: Progress) -> Printed | None:
    """Those who still come, in the order they were asked for; none where nobody does any more."""
    keys = paper.arguments["registrations"]
    found = Registration.objects.for_badges().in_bulk(keys)
    people = [found[key] for key in keys if key in found]
    parts: list[bytes] = []
    made = Made(progress)
    with translation.override("fr"):
        for part in batched(people, IN_ONE_FILE):
            before = made.total
            content = badges.render(part, paper.arguments["layout"], made.after(before))
            if made.total > before:
                parts.append(content)
    if not parts:
        return None
    name = f"badges-{paper.created_at:%Y-%m-%d}"
    return Printed(parts[0], name) if len(parts) == 1 else Printed(zipped(parts), name, "zip")


class Made:
    """How many badges are drawn in all files, told to who waits for them."""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.total = progress, 0

    def after(self, before: int) -> badges.Progress:
        def tell(made: int) -> None:
            self.total = before + made
            self.progress(self.total)

        return tell


def zipped(parts: Sequence[bytes]) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number, part in enumerate(parts, start=1):
            archive.writestr(f"badges-{number:02}.pdf", part)
    return content.getvalue()
