"""The staff's pages for those who speak and those who direct."""

from speakers.admin import committees, logistics, review, speakers

__all__ = ["committees", "logistics", "review", "speakers"]
