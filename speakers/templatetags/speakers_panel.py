"""What awaits those who look after the speakers, on the admin's index."""

from datetime import timedelta
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from conference.models import Conference
from speakers import review, services, todo
from speakers.models import By, Speaker, StateChange

register = template.Library()
LATELY = timedelta(days=7)


@register.inclusion_tag("speakers/fragments/speakers_panel.html", takes_context=True)
def speakers_panel(context: Context, conference: Conference) -> dict[str, Any]:
    """What to review, who has not answered, who lacks something; nothing for other staff."""
    user = context["request"].user
    if not user.has_perm("speakers.change_speaker"):
        return {"is_shown": False}
    state = Speaker.State
    speakers = Speaker.objects.filter(conference=conference)
    asked = list(speakers.filter(state__in=[state.INVITED, state.ACCEPTED]))
    found = todo.standings(asked, todo.questions(user.has_perm))
    gone = StateChange.objects.filter(
        speaker__conference=conference,
        state__in=services.GONE,
        changed_at__gt=timezone.now() - LATELY,
    ).exclude(by=By.STAFF)
    return {
        "is_shown": True,
        "to_review": review.waiting(conference.pk),
        "proposed": speakers.filter(state=state.PROPOSED).count(),
        "unanswered": sum(one.speaker.state == state.INVITED for one in found),
        "incomplete": sum(
            bool(one.missing) for one in found if one.speaker.state == state.ACCEPTED
        ),
        "accepted": sum(one.speaker.state == state.ACCEPTED for one in found),
        "gone": gone.count(),
    }
