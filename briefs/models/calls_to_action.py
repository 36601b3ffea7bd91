"""Calls to action: what readers can do about the subject of a brief."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .parts import PartOfBrief


class CallToAction(PartOfBrief):
    """One thing to do, in one of five steps. The steps always have this order."""

    class Step(models.TextChoices):
        MEASURE = "measure", _("Measure")
        IDENTIFY = "identify", _("Identify")
        REACH_OUT = "reach_out", _("Reach out")
        PLAN = "plan", _("Plan")
        EXECUTE = "execute", _("Execute")

    step = models.CharField(_("step"), max_length=16, choices=Step)
    text = models.TextField(_("what to do"), help_text=_("Markdown, one paragraph."))

    words: str  # its text without Markdown, on pages that set it

    class Meta(PartOfBrief.Meta):
        verbose_name = _("call to action")
        verbose_name_plural = _("calls to action")

    def __str__(self) -> str:
        return self.text
