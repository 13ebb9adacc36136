"""modeltranslation as the type checker may see it: its managers are made at run time, and
django-stubs knows only the classes that the code declares.
"""

from modeltranslation import translator
from modeltranslation.apps import ModeltranslationConfig


class DeclaredManagers(ModeltranslationConfig):
    def ready(self) -> None:
        translator.patch_manager_class = lambda manager: None
        super().ready()
