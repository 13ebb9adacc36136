"""Who signs in to the demonstration. The settings refuse these passwords anywhere but there."""

from .reader import read

# Known to everybody: it opens nothing but a demonstration on loopback.
PASSWORD = "colloque-demo-2025"


def accounts() -> list[tuple[str, str]]:
    """Address and role of each account, to be printed."""
    return [
        (entry.values["email"], ", ".join(entry.values.get("groups", ["Administrator"])))
        for entry in read("accounts", "account")
    ]
