from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    name = "conference.papers"
    label = "papers"
    verbose_name = _("Paper")

    def ready(self) -> None:
        autodiscover_modules("papers")
