from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SpeakersConfig(AppConfig):
    name = "speakers"
    verbose_name = _("Speakers")

    def ready(self) -> None:
        from speakers import profile, review, todo

        review.register(profile.SUBJECT, profile.PROFILE)
        for question in todo.OURS:
            todo.register(question)
