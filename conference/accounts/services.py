"""What is done to accounts: invited, freed of a lost second factor, signed out everywhere."""

import logging
import time

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from conference import mail
from conference.accounts.models import User
from conference.mail.models import OutgoingMail

logger = logging.getLogger(__name__)


@transaction.atomic
def invite(user: User) -> OutgoingMail:
    """Send the link by which a new member of staff chooses a password."""
    # Only who reads that mailbox can follow the link: the address needs no other proof.
    EmailAddress.objects.update_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    return mail.send(
        "accounts/emails/invitation",
        to=user.email,
        language=user.language,
        context={"user": user},
        late_values={"first_login_link": ("accounts.first_login_link", str(user.pk))},
        dedupe=f"invitation:{user.pk}:{int(time.time()) // 60}",
    )


@transaction.atomic
def reset_second_factor(user: User) -> None:
    """Forget every authenticator of ``user``, end their sessions, and tell them.

    They set up another one at the next sign-in, with their password.
    """
    Authenticator.objects.filter(user=user).delete()
    end_sessions(user)
    mail.send(
        "accounts/emails/second_factor_reset",
        to=user.email,
        language=user.language,
        context={"user": user},
    )
    logger.warning("The second factor of account %s was reset.", user.pk)


def end_sessions(user: User) -> None:
    """Sign ``user`` out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()
