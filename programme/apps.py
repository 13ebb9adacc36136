from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgrammeConfig(AppConfig):
    name = "programme"
    verbose_name = _("Programme")

    def ready(self) -> None:
        from programme import space, works
        from programme.todo import QUESTIONS
        from speakers import review, todo
        from speakers.space import tasks

        for question in QUESTIONS:
            todo.register(question)
        for word in works.WORDS:
            review.register(word, works.SUBJECT)
        tasks.provider(space.tasks)
