"""Accounts, for superusers: invited by mail, given a group, deactivated rather than deleted."""

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ActionLocation
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from conference.accounts import services, staff
from conference.accounts.groups import TITLES
from conference.accounts.models import User
from conference.admin_base import HouseAdmin, HouseForm

if TYPE_CHECKING:
    MultipleChoice = forms.ModelMultipleChoiceField[Group]
else:
    MultipleChoice = forms.ModelMultipleChoiceField

# Secrets, and the house's own table of rights, are edited by nobody here.
for model in (Authenticator, EmailAddress, Group, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class GroupsField(MultipleChoice):
    def label_from_instance(self, obj: Any) -> str:
        return str(TITLES.get(obj.name, obj.name))


class UserForm(HouseForm):
    groups = GroupsField(
        Group.objects.filter(name__in=TITLES).order_by("name"),
        label=gettext_lazy("Groups"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any] | None:
        """One superuser at least can always sign in."""
        data = super().clean() or self.cleaned_data
        if self.instance.pk and not stays_superuser(data, self.instance):
            others = User.objects.filter(is_superuser=True, is_staff=True, is_active=True)
            if not others.exclude(pk=self.instance.pk).exists():
                raise ValidationError(_("This is the last account that may do everything."))
        if data.get("is_superuser") and not data.get("is_staff"):
            self.add_error("is_staff", _("Who may do everything belongs to the staff."))
        return data


def stays_superuser(data: dict[str, Any], user: User) -> bool:
    """Whether ``user`` was not one, or still is after this form."""
    if not (user.is_superuser and user.is_staff and user.is_active):
        return True
    return all(data.get(name, True) for name in ("is_superuser", "is_staff", "is_active"))


class HasFactorFilter(admin.SimpleListFilter):
    title = gettext_lazy("second factor")
    parameter_name = "factor"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("set up")), ("no", _("not set up"))]

    def queryset(self, request: HttpRequest, users: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return users
        return users.filter(has_factor=self.value() == "yes")


@admin.register(User)
class UserAdmin(HouseAdmin):
    form = UserForm
    list_display = [
        "email",
        "name",
        "is_staff",
        "groups_read",
        "has_factor",
        "last_login",
        "is_active",
    ]
    list_filter = ["is_staff", "groups", HasFactorFilter, "is_active", "language"]
    search_fields = ["email", "given_name", "family_name"]
    readonly_fields = ["last_login"]
    actions = ["send_invitation", "reset_second_factor", "sign_out"]
    fieldsets = [
        (None, {"fields": ["email", ("given_name", "family_name"), "language"]}),
        (
            gettext_lazy("What this person may do"),
            {
                "fields": ["is_staff", "groups", "is_superuser"],
                "description": gettext_lazy(
                    "A new member of staff receives a link to choose a password, and then sets "
                    "up a second factor. Changing rights ends every session of the account."
                ),
            },
        ),
        (gettext_lazy("Account"), {"fields": ["is_active", "last_login", "created_at"]}),
    ]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: what an account did stays in the logs. It is deactivated."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=staff.FACTORS)
        users = super().get_queryset(request).prefetch_related("groups")
        found: QuerySet[User] = users.annotate(has_factor=Exists(factors))
        return found

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An address is where the account's proofs go: its owner changes it, nobody else."""
        names = super().get_readonly_fields(request, obj)
        return [*names, "email"] if obj else names

    @admin.display(description=gettext_lazy("name"), ordering="family_name")
    def name(self, user: User) -> str:
        return f"{user.given_name} {user.family_name}".strip()

    @admin.display(description=gettext_lazy("groups"))
    def groups_read(self, user: User) -> str:
        if user.is_superuser:
            return _("everything")
        return ", ".join(str(TITLES.get(group.name, group.name)) for group in user.groups.all())

    @admin.display(description=gettext_lazy("second factor"), boolean=True)
    def has_factor(self, user: User) -> bool:
        return bool(getattr(user, "has_factor", False))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change and obj.is_staff:
            services.invite(obj)
            text = _("An invitation leaves for %(address)s.")
            self.message_user(request, text % {"address": obj.email}, messages.SUCCESS)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if {"groups", "is_staff", "is_superuser", "is_active"} & set(form.changed_data) and change:
            services.end_sessions(form.instance)

    @admin.action(
        permissions=["change"],
        location=[ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM],
        description=gettext_lazy("Send the invitation again"),
        description_plural=gettext_lazy("Send the invitation again"),
    )
    def send_invitation(self, request: HttpRequest, users: QuerySet[User]) -> None:
        invited = [user for user in users if user.is_staff and user.is_active]
        for user in invited:
            services.invite(user)
        text = ngettext(
            "%(count)d invitation leaves.", "%(count)d invitations leave.", len(invited)
        )
        self.message_user(request, text % {"count": len(invited)}, messages.SUCCESS)

    @admin.action(
        permissions=["change"],
        location=[ActionLocation.CHANGE_FORM],
        description=gettext_lazy("Reset the second factor"),
        description_plural=gettext_lazy("Reset the second factor"),
    )
    def reset_second_factor(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            services.reset_second_factor(user)
            self.log_change(request, user, _("Second factor reset."))
        self.message_user(request, _("The person is told, and sets up another one."))

    @admin.action(
        permissions=["change"],
        location=[ActionLocation.CHANGE_LIST, ActionLocation.CHANGE_FORM],
        description=gettext_lazy("Sign out everywhere"),
        description_plural=gettext_lazy("Sign out everywhere"),
    )
    def sign_out(self, request: HttpRequest, users: QuerySet[User]) -> None:
        for user in users:
            services.end_sessions(user)
            self.log_change(request, user, _("Signed out everywhere."))
        self.message_user(request, _("Their sessions have ended."))


def is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))
