"""What is kept out of the logs."""

import logging
import re

SECRET_IN_PATH = re.compile(
    r"(/(?:agenda|registration|speaker-space)/(?=[^/\s?\"]{16})|/agenda/news/\d+/"
    r"|/account/(?:password/reset/key|confirm-email)/)[^/\s?\"]+"
)


class RedactPrivateLinks(logging.Filter):
    """Replace the secret of a private link, whoever logs the address it stands in."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        redacted = SECRET_IN_PATH.sub(r"\1<redacted>", message)
        if redacted != message:
            record.msg, record.args = redacted, None
        return True
