"""The admin site of the house."""

from django.contrib.admin.apps import AdminConfig


class ColloqueAdminConfig(AdminConfig):
    pass
