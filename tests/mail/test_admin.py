import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from conference.mail.models import OutgoingMail
from conference.mail.resending import CannotSendAgain, send_again
from tests.factories import make_conference, make_user, sign_in

pytestmark = pytest.mark.django_db
State = OutgoingMail.State
LIST = "admin:mail_outgoingmail_changelist"


def row(mail):
    return OutgoingMail.objects.get(pk=mail.pk)


def set_state(mail, state):
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=state, sent_at=timezone.now() if state == State.SENT else None
    )


@pytest.fixture
def desk(client):
    """Somebody who may see mails and send them again."""
    user = make_user(is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["view_outgoingmail", "resend_outgoingmail"])
    )
    sign_in(client, user)
    return user


def page(client, name, *arguments):
    return client.get(reverse(name, args=arguments))


def act(client, *mails):
    return client.post(
        reverse(LIST),
        {"action": "send_again", "_selected_action": [str(mail.pk) for mail in mails]},
        follow=True,
    )


def test_the_list_says_each_state_in_a_word_and_a_mark(client, desk, invite):
    for number, state in enumerate([State.SENT, State.DEAD, State.QUARANTINED, State.EXPIRED]):
        set_state(invite(to=f"{number}@example.org"), state)

    content = page(client, LIST).content.decode()

    translation.activate("fr")
    for mark, state in [("✓", State.SENT), ("✕", State.DEAD), ("!", State.QUARANTINED)]:
        assert f'<span aria-hidden="true">{mark}</span> {state.label}' in content


def test_lists_of_one_and_of_many_cost_the_same(client, desk, invite):
    costs = []
    for number in range(3):
        invite(to=f"{number}@example.org", conference=make_conference())
        page(client, LIST)
        with CaptureQueriesContext(connection) as queries:
            page(client, LIST)
        costs.append(len(queries))

    assert costs[0] == costs[2]
    assert not any('"mail_outgoingmail"."html"' in query["sql"] for query in queries)


def test_a_mail_is_found_by_address_and_subject(client, desk, invite):
    invite(to="ada@example.org")
    invite(to="bob@example.org", name="Grace")

    by_address = client.get(reverse(LIST), {"q": "ada@"}).content.decode()
    by_subject = client.get(reverse(LIST), {"q": "Grace"}).content.decode()

    assert "ada@example.org" in by_address
    assert "bob@example.org" not in by_address
    assert "bob@example.org" in by_subject
    assert "ada@example.org" not in by_subject


def test_nothing_can_be_typed(client, desk, invite):
    mail = invite()
    change = reverse("admin:mail_outgoingmail_change", args=[mail.pk])

    assert client.post(change, {"to": "evil@example.org"}).status_code == 403
    assert client.get(reverse("admin:mail_outgoingmail_add")).status_code == 403
    assert client.post(reverse("admin:mail_outgoingmail_delete", args=[mail.pk])).status_code == 403
    assert row(mail).to == "ada@example.org"


def test_a_mail_is_shown_without_its_secrets(client, desk, makers, invite):
    @makers.late_value("tests.link")
    def link(argument):
        raise AssertionError("a preview asks for no secret")

    mail = invite(name="<b>Ada</b> & Co", late_values={"private_link": ("tests.link", "42")})

    shown = page(client, "admin:mail_outgoingmail_change", mail.pk)
    html = page(client, "admin:mail_outgoingmail_html", mail.pk)

    content = shown.content.decode()
    assert "[private link]" in content
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; Co" in content
    assert "<iframe" in content
    assert "late-" not in content + html.content.decode()
    assert "frame-src 'self'" in shown.headers["Content-Security-Policy"]
    assert "script-src 'self'" in shown.headers["Content-Security-Policy"]


def test_the_html_part_is_framed_by_us_alone_and_may_do_nothing(client, desk, invite):
    response = page(client, "admin:mail_outgoingmail_html", invite(name="<script>x</script>").pk)

    policy = response.headers["Content-Security-Policy"].split("; ")
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox" in policy
    assert not any(part.startswith("script-src") for part in policy)
    assert "<script>" not in response.content.decode()


def test_a_code_is_shown_to_nobody(client, desk, invite):
    mail = invite(name="CODE-1234", confidential=True)

    shown = page(client, "admin:mail_outgoingmail_change", mail.pk).content.decode()

    assert "You are invited, CODE-1234" not in shown
    assert page(client, "admin:mail_outgoingmail_html", mail.pk).status_code == 404


@pytest.mark.parametrize("state", [State.DEAD, State.QUARANTINED, State.RETRY])
def test_a_mail_that_did_not_leave_is_queued_again(client, desk, invite, state):
    mail = invite()
    set_state(mail, state)
    OutgoingMail.objects.update(attempts=7, lost_leases=2, next_attempt_at="2100-01-01T00:00Z")

    act(client, mail)

    assert OutgoingMail.objects.count() == 1
    assert (row(mail).state, row(mail).attempts, row(mail).lost_leases) == (State.QUEUED, 0, 0)
    assert mail in OutgoingMail.objects.due()


def test_a_mail_that_was_sent_leaves_once_more_as_another(client, desk, makers, invite):
    @makers.late_value("tests.link")
    def link(argument):
        return "https://example.org/42"

    mail = invite(dedupe="once", late_values={"private_link": ("tests.link", "42")})
    set_state(mail, State.SENT)

    act(client, mail)

    copy = OutgoingMail.objects.exclude(pk=mail.pk).get()
    assert copy.state == State.QUEUED
    assert copy.message_id != mail.message_id
    assert copy.pk.hex in copy.text
    assert mail.pk.hex not in copy.text + copy.html
    assert copy.late_values == mail.late_values
    assert row(mail).state == State.SENT


def test_what_cannot_be_sent_again_is_explained(invite):
    expired, code, forgotten = invite(), invite(confidential=True), invite()
    set_state(expired, State.EXPIRED)
    set_state(forgotten, State.SENT)
    OutgoingMail.objects.filter(pk=forgotten.pk).update(text="")

    for mail, reason in [(expired, "withdrawn"), (code, "code"), (forgotten, "forgotten")]:
        with translation.override("en"), pytest.raises(CannotSendAgain, match=reason):
            send_again(mail.pk)
    assert OutgoingMail.objects.count() == 3


def test_who_may_only_look_cannot_send(client, desk, invite):
    desk.user_permissions.set(Permission.objects.filter(codename="view_outgoingmail"))
    mail = invite()
    set_state(mail, State.SENT)

    response = act(client, mail)

    assert OutgoingMail.objects.count() == 1
    assert not any(
        message.level_tag == "success" for message in get_messages(response.wsgi_request)
    )


def test_who_may_not_look_sees_nothing(client, desk, invite):
    desk.user_permissions.clear()
    mail = invite()

    assert page(client, LIST).status_code == 403
    assert page(client, "admin:mail_outgoingmail_html", mail.pk).status_code == 403
