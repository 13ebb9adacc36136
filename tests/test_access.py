"""Who may ask for what: every route of the resolver, every role, from tables that people can read.

A route that no table names fails these tests: whoever adds one decides here who may ask for it.
"""

import logging
from collections.abc import Iterator
from functools import cache as remember
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import admin
from django.core import mail
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.db import transaction
from django.http import HttpResponse
from django.test import TestCase, override_settings
from django.urls import resolve
from django.utils import timezone, translation

from conference.accounts.models import User
from conference.mail.models import OutgoingMail
from conference.models import TravelTime
from conference.papers.models import Paper
from conference.privacy.models import ExportLog, Notice
from press.models import MediaList
from programme.models import Slot
from programme.paper import site
from registration.models import Secret
from speakers.models import By, CommitteeMember, Logistics, ProposedChange
from tests import factories
from tests.access import (
    SPEAKER_SPACE,
    Browser,
    Edition,
    Route,
    every_route,
    member_of,
    names,
    signed_in,
)

# --- Who may ask for what ----------------------------------------------------------------------

# What anybody may read.
OPEN = names("""
    livez readyz media sitemap_index sitemap robots security
    conference:home conference:page conference:partners conference:theme_css
    programme:schedule programme:schedule_ics programme:session programme:session_ics
    programme:changelog programme:changelog_feed programme:release
    programme:schedule_json programme:schedule_xml programme:theme_ics programme:room_ics
    programme:speaker_ics programme:screens programme:screen programme:booklet
    programme:screen_worker programme:file
    programme:now programme:room programme:organisation programme:agenda programme:agenda_starred
    programme:themes programme:theme speakers:list speakers:detail
    press:room press:release press:kit_file registration:register registration:done
    account_login staff_login account_signup account_inactive account_request_login_code
    account_reset_password account_reset_password_done account_reset_password_from_key
    account_reset_password_from_key_done
""")

# What only leads on, whoever asks.
LEADS_ON = names("root language_root favicon account_logout programme:star")

# What opens by the secret of a private link alone (badge leads back, for it is posted to).
PRIVATE_LINK = {
    "registration:manage": 200,
    "registration:badge": 302,
    "registration:cancel": 200,
    "registration:ticket": 200,
    "registration:calendar": 200,
    "programme:agenda_page": 200,
    "programme:agenda_ics": 200,
    "programme:agenda_news": 200,
    **SPEAKER_SPACE,
}

# A person's own account: anybody else is led to sign in.
OWN_ACCOUNT = names("""
    speakers:own_space
    my_space second_factor account_reauthenticate account_email
    account_email_verification_sent account_change_password account_set_password
    account_confirm_login_code mfa_index mfa_authenticate mfa_reauthenticate
    mfa_activate_totp mfa_deactivate_totp mfa_view_recovery_codes mfa_generate_recovery_codes
    mfa_download_recovery_codes mfa_list_webauthn mfa_add_webauthn mfa_reauthenticate_webauthn
    mfa_remove_webauthn mfa_edit_webauthn mfa_login_webauthn usersessions_list
""")

# The staff's pages: what each group may do with each model (v view, a add, c change, d delete).
# “Everything” is an account that may do all that anybody may.
STAFF: dict[str, dict[str, str]] = {
    "conference.conference": {
        "Programme": "vc",
        "Speakers": "v",
        "Registration desk": "v",
        "Press": "v",
    },
    "conference.organisation": {"Programme": "vac", "Speakers": "vac"},
    "conference.page": {"Programme": "vacd"},
    "conference.partner": {"Programme": "vacd"},
    "conference.traveltime": {"Programme": "vacd"},
    "conference.venue": {"Programme": "vac"},
    "papers.paper": {
        "Programme": "v",
        "Speakers": "v",
        "Registration desk": "v",
        "Everything": "v",
    },
    "programme.announcement": {"Programme": "v", "Everything": "v"},
    "programme.release": {"Programme": "va", "Everything": "va"},
    "programme.room": {"Programme": "vacd"},
    "programme.session": {"Programme": "vacd", "Speakers": "v"},
    "programme.slot": {"Programme": "vacd"},
    "programme.talkfile": {"Programme": "vacd", "Speakers": "vacd"},
    "programme.theme": {"Programme": "vacd"},
    "speakers.committeemember": {"Programme": "v", "Speakers": "vacd"},
    "speakers.logistics": {"Speakers": "vacd"},
    "speakers.proposedchange": {"Speakers": "vc", "Everything": "vc"},
    "speakers.speaker": {"Programme": "v", "Speakers": "vacd", "Press": "v"},
    "registration.quota": {"Registration desk": "v"},
    "registration.registration": {"Registration desk": "vac", "Everything": "vac"},
    "registration.tickettype": {"Registration desk": "v"},
    "mail.outgoingmail": {"Registration desk": "v", "Everything": "v"},
    "press.beat": {"Press": "vacd"},
    "press.journalist": {"Press": "vacd"},
    "press.medialist": {"Press": "vacd"},
    "press.outlet": {"Press": "vacd"},
    "press.presscontact": {"Press": "vacd"},
    "press.presskititem": {"Press": "vacd"},
    "press.pressrelease": {"Press": "vacd"},
    "privacy.exportlog": {"Press": "v", "Everything": "v"},
    "privacy.notice": {},
    "accounts.user": {"Everything": "vac"},
}
GROUPS = ["Programme", "Speakers", "Registration desk", "Press"]

# What the admin answers to any member of staff.
ANY_STAFF = {
    "admin:index": 200,
    "admin:login": 302,
    "admin:logout": 302,
    "admin:jsi18n": 200,
    "admin:password_change": 302,
    "admin:password_change_done": 302,
    "admin:autocomplete": 403,  # without a field that they may fill in
    "admin:app_list": 200,  # of an application in which they may see something
    "admin:((?P<url>.*)$)": 404,
    "admin:(<path:object_id>/)": 302,
}
# Pages beside those that Django makes for each model, and who may open them.
EXTRA = {
    "admin:texts": {"Programme", "Speakers", "Press"},
    "admin:mail_outgoingmail_html": {"Registration desk"},
    "admin:press_medialist_export": {"Press"},
    "admin:press_presskititem_file": {"Press"},
    "admin:papers_paper_ask": {"Programme", "Speakers", "Registration desk"},
    "admin:papers_paper_download": {"Registration desk"},
    "admin:papers_paper_progress": {"Registration desk"},
    "admin:programme_board": {"Programme"},
    "admin:programme_board_session": {"Programme"},
    "admin:programme_board_state": {"Programme"},
    "admin:programme_board_undo": {"Programme"},
    "admin:programme_release_again": {"Programme"},
    "admin:programme_release_preview": {"Programme"},
    "admin:programme_talkfile_file": {"Programme", "Speakers"},
    "admin:programme_session_import": {"Programme"},
    "admin:programme_session_import_preview": {"Programme"},
    "admin:programme_session_import_template": {"Programme"},
    "admin:speakers_invite": {"Speakers"},
    "admin:speakers_logistics_days": {"Speakers"},
    "admin:speakers_proposedchange_portrait": {"Speakers"},
    "admin:speakers_speaker_import": {"Speakers"},
    "admin:speakers_speaker_import_preview": {"Speakers"},
    "admin:speakers_speaker_import_template": {"Speakers"},
    "admin:speakers_todo": {"Speakers"},
}

# How each right is tried: by which page, and how it is asked for.
TRIED = {
    "v": ("changelist", "GET"),
    "a": ("add", "GET"),
    "c": ("change", "POST"),
    "d": ("delete", "GET"),
}

DJANGOS = ("changelist", "add", "change", "delete", "history")
METHODS = ["HEAD", "POST", "PUT", "DELETE", "OPTIONS"]
EVIL = "evil.example"
STAFF_DOORS = ("admin:login", "admin:logout")
SIGN_IN = ("/en/admin/login/", "/en/account/login/", "/en/account/staff/")

ROUTES = every_route()
# The forms of the staff say nothing that their lists and rows do not say.
CRAWLED = [route for route in ROUTES if not route.name.endswith(("_add", "_delete", "_history"))]


@remember
def staff_pages() -> dict[tuple[str, str], Route]:
    """The pages that Django makes for each model, by model and page."""
    return {
        (model_of(route), route.name.rpartition("_")[2]): route
        for route in ROUTES
        if model_of(route) and route.name.rpartition("_")[2] in DJANGOS
    }


def model_of(route: Route) -> str | None:
    """The model whose page of the staff this is."""
    app, model, page = [*route.name.removeprefix("admin:").split("_", 2), "", ""][:3]
    return f"{app}.{model}" if page and f"{app}.{model}" in STAFF else None


class EveryRoute(TestCase):
    """One site with several editions, made once: what is asked for, and what is another's."""

    client_class = Browser

    @classmethod
    def setUpTestData(cls):
        cls.own = Edition.make(slug="own", is_current=True)
        cls.other = Edition.make(slug="other", is_current=False)
        cls.hidden = Edition.make(slug="hidden", is_current=False)
        cls.hidden.conference.is_published = False
        cls.hidden.conference.save()
        cls.chief = factories.make_user(is_staff=True, is_superuser=True)
        cls.objects = one_of_each(cls.own, cls.chief)
        make_booklets(cls.own)
        default_storage.delete("portraits/ada.png")
        default_storage.save("portraits/ada.png", ContentFile(b"\x89PNG"))

    def setUp(self):
        cache.clear()
        logging.disable()  # a refusal is what most of these requests are for
        self.addCleanup(logging.disable, logging.NOTSET)

    def address(self, route: Route, edition: Edition | None = None, **values: Any) -> str:
        """Where ``route`` leads to something of ``edition`` (our own)."""
        edition = edition or self.own
        defaults = {
            "conference": "own",
            "path": "portraits/ada.png",
            "section": "pages",
            "uidb36": "1",
            "key": "abc-def",
            "pk": 1,
            "url": "no-such-page",
            "app_label": "press",
            "object_id": self.own.page.pk,
            # Of a file that nobody uploaded: who may look at one is told that it is not there.
            "run_id": UUID(int=0),
            "extension": "csv",
            "session_id": self.own.session.pk,
            "paper_id": self.objects["papers.paper"].pk,
        }
        if label := model_of(route):
            defaults["object_id"] = defaults["pk"] = self.objects[label].pk
        values = defaults | edition.values().get(route.name, {}) | values
        return route.address(**{name: values[name] for name in route.parameters})

    def staff(self) -> Iterator[tuple[str, Browser]]:
        """Everybody in turn, with what is kept for its owner alone in their hands."""
        for group in [*GROUPS, "Everything"]:
            user = self.chief if group == "Everything" else member_of(group)
            Paper.objects.update(requested_by=user)
            MediaList.objects.update(owner=user)
            yield group, signed_in(user)

    # --- The tables ----------------------------------------------------------------------------

    def test_every_address_leads_to_its_route(self):
        with translation.override("en"):
            for route in ROUTES:
                if not route.name.endswith(")"):  # two of Django's have no name
                    assert resolve(self.address(route)).view_name == route.name

    def test_every_route_is_in_a_table(self):
        tables = {*OPEN, *LEADS_ON, *PRIVATE_LINK, *OWN_ACCOUNT, *ANY_STAFF, *EXTRA}
        tables |= {route.name for route in staff_pages().values()}

        assert {route.name for route in ROUTES} == tables

    def test_every_model_of_the_admin_is_in_the_table(self):
        registered = {model._meta.label_lower for model in admin.site._registry}

        assert registered == set(STAFF)

    # --- Anonymous -----------------------------------------------------------------------------

    def test_anonymous_reads_what_is_open_and_is_led_to_sign_in_elsewhere(self):
        answers = {}
        for route in ROUTES:
            answer = Browser().get(self.address(route))
            led_to = answer.headers.get("Location", "").partition("?")[0]
            is_led = led_to.startswith(SIGN_IN)
            answers[route.name] = "signs in" if is_led else answer.status_code

        expected = dict.fromkeys([*OWN_ACCOUNT, *EXTRA, *ANY_STAFF], "signs in")
        expected |= {route.name: "signs in" for route in staff_pages().values()}
        expected |= dict.fromkeys(OPEN, 200) | dict.fromkeys(LEADS_ON, 302) | PRIVATE_LINK
        assert answers == expected

    def test_what_belongs_to_another_edition_is_not_found_here(self):
        for route in ROUTES:
            if route.name in self.other.values():
                answer = self.client.get(self.address(route, self.other, conference="own"))
                assert answer.status_code == 404, route

    def test_nothing_of_an_unpublished_edition_is_found(self):
        for route in ROUTES:
            if "conference" in route.parameters:
                for method in ("GET", "POST"):
                    address = self.address(route, self.hidden, conference="hidden")
                    answer = self.client.generic(method, address)
                    assert answer.status_code in (404, 405), route

    def test_private_link_opens_by_its_own_secret_alone(self):
        secret, registration = self.own.token, self.own.registration
        wrong = {
            "cut": secret[:-1],
            "longer": f"{secret}A",
            "other case": secret.swapcase(),
            "ticket": registration.secret(Secret.Purpose.TICKET),
            "badge": registration.secret(Secret.Purpose.BADGE),
            "code": registration.code,
            "uuid": registration.uuid,
            "key": registration.pk,
            "digest": registration.secrets.get(purpose=Secret.Purpose.MANAGE).digest,
        }
        for route in ROUTES:
            if route.name in PRIVATE_LINK:
                for name, token in wrong.items():
                    for method in ("GET", "POST"):
                        answer = self.client.generic(method, self.address(route, token=token))
                        assert answer.status_code in (404, 405), (route, name)

    # --- Methods -------------------------------------------------------------------------------

    def test_no_method_breaks_a_page(self):
        """Whoever asks: visitors everywhere but at the staff's pages, staff there."""
        staff, others = [], []
        for route in ROUTES:
            (staff if route.name.startswith("admin:") else others).append(route)
        broken = [
            (method, route.name)
            for browser, routes, methods in [
                (Browser(), others, METHODS),
                (signed_in(factories.make_user()), others, METHODS),
                (signed_in(self.chief), staff, ["POST"]),
            ]
            for route in routes
            for method in methods
            if undone(browser, method, self.address(route)).status_code >= 500
        ]
        assert broken == []

    def test_what_only_reads_refuses_to_write(self):
        forms = {
            "programme:agenda",
            "registration:register",
            "registration:badge",
            "registration:cancel",
            "media",
        }
        for route in ROUTES:
            is_page = route.name in OPEN and route.name not in forms
            if is_page and "account" not in route.pattern:
                for method in ("POST", "PUT", "PATCH", "DELETE"):
                    answer = self.client.generic(method, self.address(route))
                    assert answer.status_code == 405, (method, route)

    def test_head_says_what_get_says_without_a_body(self):
        for route in ROUTES:
            if route.name in {*OPEN, *PRIVATE_LINK}:
                address = self.address(route)
                get, head = self.client.get(address), self.client.head(address)
                assert head.status_code == get.status_code, route
                assert head.read == "", route

    # --- Staff ---------------------------------------------------------------------------------

    def test_staff_may_do_what_the_table_says(self):
        """A page opens to those who may, and answers the others 403; a change is tried by POST."""
        wrong = {}
        for group, browser in self.staff():
            for model, rights in STAFF.items():
                if group == "Everything" and "vacd" in rights.values():
                    continue  # a group opened all of its pages already
                may = rights.get(group, "vacd" if group == "Everything" else "")
                for right, (page, method) in TRIED.items():
                    route = staff_pages()[model, page]
                    status = undone(browser, method, self.address(route)).status_code
                    # A form without required fields is saved, and leads on.
                    if status not in ((200, 302) if right in may else (403,)):
                        wrong[group, model, page] = status
        assert wrong == {}

    def test_extra_pages_open_to_their_groups(self):
        wrong = {}
        for group, browser in self.staff():
            for route in ROUTES:
                if route.name in EXTRA:
                    is_allowed = group == "Everything" or group in EXTRA[route.name]
                    status = undone(browser, "GET", self.address(route)).status_code
                    if (status == 403) == is_allowed:
                        wrong[group, route.name] = status
        assert wrong == {}

    def test_what_its_owner_alone_may_use_is_closed_to_colleagues(self):
        """A paper of somebody else is not there; her list is read and not changed."""
        desk, press = signed_in(member_of("Registration desk")), signed_in(member_of("Press"))
        paper = self.objects["papers.paper"]
        media_list = f"/en/admin/press/medialist/{self.objects['press.medialist'].pk}"

        for page in ("progress", "download"):
            answer = desk.get(f"/en/admin/papers/paper/{paper.pk}/{page}/")
            assert answer.status_code == 404, page
        assert press.get(f"{media_list}/change/").status_code == 200
        assert press.post(f"{media_list}/change/").status_code == 403
        assert press.post(f"{media_list}/delete/").status_code == 403
        MediaList.objects.update(is_shared=False)
        assert press.get(f"{media_list}/export/").status_code == 404

    def test_any_staff_may_ask_the_common_pages(self):
        browser = signed_in(member_of("Press"))
        answers = {}
        for route in ROUTES:
            if route.name in ANY_STAFF:
                status = undone(browser, "GET", self.address(route)).status_code
                answers.setdefault(route.name, status)

        assert answers == ANY_STAFF | {"admin:logout": 405}  # it is posted to

    def test_application_lists_only_what_a_group_may_see(self):
        browser = signed_in(member_of("Press"))
        visible = {model.partition(".")[0] for model, may in STAFF.items() if "Press" in may}
        for app in {model.partition(".")[0] for model in STAFF}:
            status = browser.get(f"/en/admin/{app}/").status_code
            assert status == (200 if app in visible else 404), app

    def test_nobody_else_passes_the_door_of_the_staff(self):
        left, dismissed = (factories.make_user(is_staff=True, is_superuser=True) for _ in "ab")
        people = {
            "attendee": (signed_in(factories.make_user()), SIGN_IN),
            "left": (signed_in(left), SIGN_IN),
            "dismissed": (signed_in(dismissed), SIGN_IN),
            "without a second factor": (
                signed_in(self.chief, factor=False),
                "/en/account/second-factor/",
            ),
        }
        User.objects.filter(pk=left.pk).update(is_active=False)
        User.objects.filter(pk=dismissed.pk).update(is_staff=False)

        let_in = []
        for name, (browser, doors) in people.items():
            for route in ROUTES:
                if route.name.startswith("admin:") and route.name not in STAFF_DOORS:
                    answer = undone(browser, "POST", self.address(route))
                    led_to = answer.headers.get("Location", "")
                    if not led_to.startswith(doors) and answer.status_code != 403:
                        let_in.append((name, route.name, answer.status_code, led_to))
        assert let_in == []

    # --- Hosts ---------------------------------------------------------------------------------

    def test_unknown_host_is_refused(self):
        for path in ("", "en/", "en/own/", "en/account/login/", "en/admin/", "sitemap.xml"):
            for method in ("GET", "POST"):
                answer = self.client.generic(method, f"/{path}", headers={"Host": EVIL})
                assert answer.status_code == 400, path
                assert EVIL not in answer.text, path

    @override_settings(ALLOWED_HOSTS=["*"], SITE_URL="https://colloque.example.org")
    def test_no_link_comes_from_the_host_of_a_request(self):
        headers = {"Host": EVIL, "X-Forwarded-Host": EVIL}
        told = []
        for browser in (Browser(), signed_in(self.chief)):
            for route in CRAWLED:
                answer = undone(browser, "GET", self.address(route), headers=headers)
                if EVIL in answer.read or EVIL in str(answer.headers):
                    told.append(route.name)
        assert told == []

    @override_settings(ALLOWED_HOSTS=["*"], SITE_URL="https://colloque.example.org")
    def test_no_mail_links_to_the_host_of_a_request(self):
        user = factories.make_user(password="Sésame-ouvre-toi")
        for path in ("login/code/", "password/reset/", "signup/"):
            for email in (user.email, "nobody@example.org"):
                self.client.post(
                    f"/en/account/{path}",
                    {"email": email},
                    headers={"Host": EVIL, "X-Forwarded-Host": EVIL},
                )

        rows = OutgoingMail.objects.exclude(kind__startswith="registration/")
        texts = [f"{row.subject} {row.text} {row.html} {row.from_email}" for row in rows]
        texts += [str(message.message()) for message in mail.outbox]
        assert len(texts) >= 4
        assert [text for text in texts if EVIL in text] == []

    # --- Caches --------------------------------------------------------------------------------

    @override_settings(KEEP_RENDERED_PAGES=True)
    def test_what_one_person_reads_is_kept_for_nobody_else(self):
        canary = "Kanarienvogel"
        user = factories.make_user(given_name=canary, family_name=f"{canary}-{canary}")
        registration = factories.make_registration(
            ticket_type=self.own.registration.ticket_type,
            given_name=canary,
            family_name=f"van {canary}",
            email=f"{canary}@example.org".lower(),
            organisation=f"{canary} Institute",
            needs=f"{canary} needs a ramp",
            user=user,
        )
        secret = registration.secret(Secret.Purpose.MANAGE)
        seen = 0
        for browser in (signed_in(user), signed_in(self.chief)):
            for route in CRAWLED:
                answer = undone(browser, "GET", self.address(route, token=secret))
                is_personal = canary.lower() in answer.read.lower()
                seen += is_personal
                assert_not_shared(answer, is_personal, route)
        assert seen > 5

        for route in CRAWLED:
            answer = self.client.get(self.address(route))
            assert canary.lower() not in answer.read.lower(), route
            assert_not_shared(answer, False, route)


# --- Helpers -----------------------------------------------------------------------------------


def undone(browser: Browser, method: str, address: str, **extra: Any) -> Any:
    """What ``browser`` is answered; whatever it wrote is taken back."""
    cookies = browser.cookies.copy()
    with transaction.atomic():
        answer = getattr(browser, method.lower())(address, **extra)
        transaction.set_rollback(True)
    browser.cookies = cookies
    return answer


def assert_not_shared(answer: HttpResponse, is_personal: bool, route: Route) -> None:
    """Only what is nobody's own may be kept by a cache on the way."""
    directives = answer.headers.get("Cache-Control", "")
    if "public" in directives:
        assert not is_personal, route
        assert not answer.cookies, route
    else:
        assert "private" in directives and "no-store" in directives, route


def make_booklets(edition: Edition) -> None:
    """As the worker leaves them after a publication."""
    release = edition.conference.releases.get(is_current=True)
    for language in site.LANGUAGES:
        Paper.objects.create(
            conference=edition.conference,
            kind=site.KIND,
            arguments=site.arguments(edition.conference, release, language),
            state=Paper.State.DONE,
            file=storages["private"].save("papers/programme.pdf", ContentFile(b"%PDF-1.7")),
        )


def one_of_each(edition: Edition, user: User) -> dict[str, Any]:
    """A row of every model that the staff have pages for."""
    conference = edition.conference
    outlet = factories.make_outlet()
    made = {
        "accounts.user": user,
        "conference.conference": conference,
        "conference.partner": conference.partners.create(
            organisation=factories.make_organisation(), level="host"
        ),
        "conference.traveltime": TravelTime.objects.create(
            one=factories.make_venue(), other=factories.make_venue(), minutes=20
        ),
        "privacy.notice": Notice.objects.create(
            conference=conference, purpose="registration", version=1, text_fr="Un.", text_en="One."
        ),
        "privacy.exportlog": ExportLog.objects.create(
            user=user, user_email=user.email, dataset="press.journalist", rows=1, purpose="A test."
        ),
        "programme.slot": Slot.objects.filter(release=None).first(),
        "programme.announcement": conference.announcements.create(due_at=timezone.now()),
        "speakers.logistics": Logistics.objects.create(speaker=edition.speaker, diet="None"),
        "speakers.proposedchange": ProposedChange.objects.create(
            speaker=edition.speaker,
            subject="profile",
            texts={"website": {"before": "", "after": "https://example.org/"}},
            by=By.SPEAKER,
        ),
        "speakers.committeemember": CommitteeMember.objects.create(
            speaker=edition.speaker, committee=CommitteeMember.Committee.values[0]
        ),
        "papers.paper": Paper.objects.create(
            conference=conference,
            requested_by=user,
            kind="registration.badges",
            arguments={"layout": "a4-four", "registrations": [edition.registration.pk]},
        ),
        "press.outlet": outlet,
        "press.beat": factories.make_beat(),
        "press.journalist": factories.make_journalist(outlet=outlet),
        "press.medialist": factories.make_media_list(owner=user),
        "press.presscontact": factories.make_press_contact(conference=conference),
        "press.presskititem": conference.press_kit.create(
            kind="text", title_fr="Texte", title_en="Text"
        ),
    }
    others = {label: apps.get_model(label).objects.first() for label in STAFF if label not in made}
    return made | others
