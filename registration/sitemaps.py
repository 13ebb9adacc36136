"""The registration form; nothing else of registration is public."""

from conference.sitemaps import Addresses, register


@register("registration")
class RegistrationAddresses(Addresses):
    names = ("registration:register",)
