from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "conference.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from conference.accounts.groups import grant_after_migrate

        # Django's own signal, and the one on which it makes the permissions that are granted here.
        post_migrate.connect(grant_after_migrate, dispatch_uid="conference.accounts.groups")
