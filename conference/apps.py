from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ConferenceConfig(AppConfig):
    name = "conference"
    verbose_name = _("Conference")

    def ready(self) -> None:
        from conference import checks  # noqa: F401 (registers what it declares)
        from conference.completeness import watch_after_migrate

        # Django's own signal: a translated table is watched from the migration on that makes it.
        post_migrate.connect(watch_after_migrate, dispatch_uid="conference.completeness")
