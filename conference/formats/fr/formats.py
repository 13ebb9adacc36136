"""What Django's own French formats leave out: the preposition between a date and its time."""

DATETIME_FORMAT = r"j F Y \à H:i"
