"""The speaker's own page, behind a private link or a sign-in by e-mail code."""
