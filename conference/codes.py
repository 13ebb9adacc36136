"""Short codes that are printed and read aloud."""

import secrets

# No 0 O 1 I L: they are mistaken for one another on paper and on the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code() -> str:
    """Six characters of ``ALPHABET`` (29 bits): an address for people, never a right."""
    return "".join(secrets.choice(ALPHABET) for _ in range(6))
