import smtplib
from email.message import EmailMessage

import pytest

from demo.smtpsink import Keeper, messages, smtp_sink


def make_message(**headers):
    message = EmailMessage()
    message["From"] = "a@example.org"
    message["To"] = headers.get("to", "b@example.org")
    message["Subject"] = headers.get("subject", "Été")
    message.set_content("Une ligne d’été.\n.\nfin\n")
    return message


def test_every_message_is_kept_whole_and_in_order(tmp_path):
    with smtp_sink(Keeper(tmp_path)) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(make_message(subject="Premier"))
        client.send_message(make_message(subject="Second"))

    assert [message["Subject"] for message in messages(tmp_path)] == ["Premier", "Second"]
    assert messages(tmp_path)[0].get_content().replace("\r\n", "\n") == "Une ligne d’été.\n.\nfin\n"


def test_a_recipient_never_chooses_where_its_file_lies(tmp_path):
    with smtp_sink(Keeper(tmp_path / "mail")) as port, smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail("a@example.org", ['"../../x"@example.org'], "Subject: x\r\n\r\nx")

    assert [path.parent for path in tmp_path.rglob("*.eml")] == [tmp_path / "mail"]


def test_a_difficult_server_is_a_hook_away(tmp_path):
    class Full(Keeper):
        async def handle_RCPT(self, server, session, envelope, address, options):
            return "452 4.2.2 Mailbox full"

    with (
        smtp_sink(Full(tmp_path)) as port,
        smtplib.SMTP("127.0.0.1", port) as client,
        pytest.raises(smtplib.SMTPRecipientsRefused),
    ):
        client.send_message(make_message())

    assert messages(tmp_path) == []
