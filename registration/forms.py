"""What a person is asked."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core import signing
from django.core.validators import EmailValidator
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from conference.models import Conference
from conference.people import NAME_LENGTH, validate_name, validate_plain_line
from conference.privacy.models import Notice
from registration.addresses import normal_email
from registration.capacity import Offer
from registration.models import Registration, TicketType

SALT = "registration.form"
OLDEST_FORM = 24 * 3600
AGAIN = ".again"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a rendered form knows of itself: its key, the notice it showed, when it was made."""

    key: UUID
    notice_id: int | None
    age: float

    @staticmethod
    def new(notice: Notice | None, *, is_again: bool = False) -> str:
        """``is_again``: it was looked over before, so that it may be sent at once."""
        value = f"{uuid4()}.{notice.pk if notice else ''}{AGAIN if is_again else ''}"
        return signing.TimestampSigner(salt=SALT).sign(value)

    @staticmethod
    def read(signed: str) -> "Stamp":
        """Raises ``signing.BadSignature``."""
        signer = signing.TimestampSigner(salt=SALT)
        value = signer.unsign(signed, max_age=OLDEST_FORM)
        made_at = signing.b62_decode(signed.rsplit(signer.sep, 2)[1])
        age = float(OLDEST_FORM) if value.endswith(AGAIN) else time.time() - made_at
        key, _dot, notice_id = value.removesuffix(AGAIN).partition(".")
        return Stamp(UUID(key), int(notice_id) if notice_id else None, age)


@lru_cache(maxsize=4)
def country_choices(language: str) -> list[tuple[str, str]]:
    """Every country in ``language``, the active one: the usual ones first, then by name."""
    return [(code, str(name)) for code, name in countries]


@lru_cache(maxsize=4)
def country_options(language: str) -> SafeString:
    """The options of the list: 250 countries are written once for each language."""
    usual = len(settings.COUNTRIES_FIRST)
    choices = country_choices(language)
    return render_to_string(
        "registration/widgets/countries.html",
        {"usual": choices[:usual], "others": choices[usual:]},
    )


class CountrySelect(forms.Select):
    """A list of countries in the active language."""

    template_name = "registration/widgets/country.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = forms.Widget.get_context(self, name, value, attrs)
        options = country_options(get_language() or settings.LANGUAGE_CODE)
        if value in countries:
            option = f'value="{value}"'
            options = mark_safe(options.replace(option, f"{option} selected", 1))  # noqa: S308
        context["options"] = options
        return context

    def format_value(self, value: Any) -> Any:
        return value


def line(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    """One line of text in which no address and no control character belongs."""
    options.setdefault("max_length", 150)
    options.setdefault("validators", [validate_plain_line])
    return forms.CharField(
        label=label, widget=forms.TextInput(attrs={"autocomplete": autocomplete}), **options
    )


def name_line(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    """One line for a person's name: nothing that a mail program would make a link of."""
    return line(label, autocomplete, validators=[validate_name], **options)


class PlainEmailField(forms.EmailField):
    """Full-width letters, as some keyboards write them, are made plain before they are judged."""

    default_validators = [
        EmailValidator(
            message=_("This does not look like an e-mail address, for example name@example.org.")
        )
    ]

    def to_python(self, value: Any) -> str:
        return normal_email(super().to_python(value) or "")


class RegistrationForm(forms.Form):
    """One registration, with what tells people from programs (``stamp`` and ``homepage``)."""

    ticket_type = forms.ChoiceField(
        label=_("You register as"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how you register.")},
    )
    given_name = name_line(
        _("Given name"),
        "given-name",
        max_length=NAME_LENGTH,
        required=False,
        help_text=_("Leave it empty if you have one name only."),
    )
    family_name = name_line(
        _("Family name"),
        "family-name",
        max_length=NAME_LENGTH,
        error_messages={"required": _("Write your family name.")},
    )
    email = PlainEmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Your confirmation and your ticket are sent there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": _("Write your e-mail address.")},
    )
    organisation = line(_("Organisation"), "organization", required=False)
    role_title = line(_("Position"), "organization-title", required=False)
    country = forms.ChoiceField(
        label=_("Country"),
        widget=CountrySelect(attrs={"autocomplete": "country"}),
        error_messages={"required": _("Choose your country.")},
    )
    badge_name = name_line(
        _("Name on the badge"),
        "off",
        max_length=120,
        required=False,
        help_text=_("As people should call you. Left empty, it is your given and family name."),
    )
    badge_organisation = line(
        _("Organisation on the badge"),
        "off",
        required=False,
        help_text=_("Left empty, it is your organisation."),
    )
    needs = forms.CharField(
        label=_("What you need to take part"),
        max_length=1000,
        required=False,
        help_text=_(
            "A wheelchair space, sign language, a seat near the screen, a companion: tell us, and "
            "the welcome team alone will read it. You need not give a reason."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    allows_photographs = forms.BooleanField(
        label=_("I agree to appear in photographs and recordings of the conference"),
        required=False,
        help_text=_("You may change your mind at any time; your badge tells photographers."),
    )
    homepage = forms.CharField(label=_("Leave this field empty"), max_length=200, required=False)
    stamp = forms.CharField(max_length=200, widget=forms.HiddenInput)

    error_messages = {
        "robot": _("This form could not be accepted as it was filled in. Please send it again."),
        "fast": _("This form was sent within seconds. Please look it over and send it again."),
        "old": _("This form was open for too long. Your answers are kept: please send it again."),
    }

    def __init__(
        self, *args: Any, conference: Conference, offers: list[Offer], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.conference, self.offers = conference, offers
        choices = [(offer.ticket_type.slug, offer.ticket_type.name) for offer in offers]
        self.choice("ticket_type").choices = choices
        self.choice("country").choices = country_choices(get_language() or settings.LANGUAGE_CODE)
        open_types = [offer.ticket_type.slug for offer in offers if offer.is_open]
        if len(open_types) == 1:
            self.initial.setdefault("ticket_type", open_types[0])

    def choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field

    def ticket_choices(self) -> Iterator[tuple[Any, Offer]]:
        """Each radio button with what is to be said beside it."""
        return zip(self["ticket_type"].subwidgets, self.offers, strict=True)

    def clean_ticket_type(self) -> TicketType:
        slug = self.cleaned_data["ticket_type"]
        offer = next(offer for offer in self.offers if offer.ticket_type.slug == slug)
        return offer.ticket_type

    def clean_homepage(self) -> str:
        """A program fills in what a person never sees; the trap is emptied for the next try."""
        if self.cleaned_data["homepage"]:
            self.put("homepage", "")
            self.add_error(None, self.error_messages["robot"])
        return ""

    def clean_stamp(self) -> Stamp | None:
        try:
            stamp = Stamp.read(self.cleaned_data["stamp"])
        except (signing.BadSignature, ValueError):
            self.renew(self.error_messages["old"])
            return None
        if stamp.age < settings.REGISTRATION_FASTEST:
            self.add_error(None, self.error_messages["fast"])
        return stamp

    def put(self, name: str, value: str) -> None:
        """What the form shows when it comes back."""
        self.data = {**{key: self.data[key] for key in self.data}, name: value}

    def renew(self, reason: str | Promise, *, is_again: bool = False) -> None:
        """Bring the answers back under a fresh stamp, with the reason why."""
        stamp = Stamp.new(registration_notice(self.conference), is_again=is_again)
        self.put("stamp", stamp)
        self.add_error(None, str(reason))

    def answers(self) -> dict[str, Any]:
        """What ``services.register`` is told."""
        answers = dict(self.cleaned_data)
        stamp: Stamp = answers.pop("stamp")
        del answers["homepage"]
        notice = None
        if stamp.notice_id:
            notice = Notice.objects.filter(conference=self.conference, pk=stamp.notice_id).first()
        return answers | {"key": stamp.key, "notice": notice}


def registration_notice(conference: Conference) -> Notice | None:
    """The version of the information in force."""
    return (
        Notice.objects.filter(
            conference=conference,
            purpose=Notice.Purpose.REGISTRATION,
            published_at__isnull=False,
        )
        .order_by("-version")
        .first()
    )


class BadgeForm(forms.Form):
    """How the badge reads, corrected by the person."""

    badge_name = name_line(
        _("Name on the badge"),
        "off",
        max_length=120,
        error_messages={"required": _("Write the name that your badge shows.")},
    )
    badge_organisation = line(_("Organisation on the badge"), "off", required=False)

    @classmethod
    def of(cls, registration: Registration) -> "BadgeForm":
        return cls(
            initial={
                "badge_name": registration.badge_name,
                "badge_organisation": registration.badge_organisation,
            }
        )
