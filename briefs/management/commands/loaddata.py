"""Django's `loaddata`, which never puts an older edition of a brief over a newer one.

Editors may have loaded newer editions than those that come with the program, or corrected a
sentence in the admin. So a brief that's here already changes only if the file has a later edition
of it. Series have no editions, so one that has briefs here stays. `load_brief` can replace both:
it shows what would change, and asks.
"""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import loaddata
from django.core.serializers.base import DeserializedObject
from django.db.models import Q
from django.utils.translation import gettext as _

from briefs.models import PARTS, Brief, Edition, Series, SeriesEntry
from config.when import full_date


class Command(loaddata.Command):
    def loaddata(self, fixture_labels: Any) -> None:
        # Which briefs and series are loaded and which stay, by id.
        self.briefs: dict[int, bool] = {}
        self.series: dict[int, bool] = {}
        # The briefs whose parts came before them.
        self.parts_first: set[int] = set()
        self.sentences: list[str] = []
        super().loaddata(fixture_labels)
        if self.verbosity >= 1 and self.sentences:
            self.sentences.append(_("To see what a file would change, use load_brief --dry-run."))
            for sentence in self.sentences:
                self.stdout.write(self.style.WARNING(sentence))

    def save_obj(self, obj: DeserializedObject) -> bool:
        """Save an object, unless what's here of it is newer."""
        row: Any = obj.object
        if isinstance(row, Brief):
            is_to_load = self._takes_brief(row)
        elif isinstance(row, tuple(PARTS)):
            is_to_load = row.brief_id is None or self._takes_part(row.brief_id)
        elif isinstance(row, Series):
            is_to_load = self._takes_series(Q(pk=row.pk) | Q(slug=row.slug))
        elif isinstance(row, SeriesEntry):
            is_to_load = self._takes_series(Q(pk=row.series_id))
        else:
            is_to_load = True
        is_saved = is_to_load and bool(super().save_obj(obj))
        if is_saved and isinstance(row, Brief):
            self.briefs[row.pk] = True
        return is_saved

    def _takes_brief(self, brief: Brief) -> bool:
        """Whether a brief isn't here yet, or only in an earlier edition."""
        same = Brief.objects.using(self.using).filter(Q(pk=brief.pk) | Q(slug=brief.slug))
        for here in same.only("slug", "title", "edition", "audience"):
            is_later = bool(brief.edition and brief.edition > here.edition)
            if here.pk in self.parts_first and is_later != self.briefs[here.pk]:
                raise CommandError(
                    _("“%s” comes after its parts in the file. Put it first. Nothing was changed.")
                    % here.title
                )
            self.briefs[here.pk] = is_later
            if is_later and brief.audience == Brief.Audience.EDITORS != here.audience:
                self.sentences.append(
                    _("“%s” is for editors only now. The file lets no one else read it.")
                    % here.title
                )
            if not is_later:
                is_same = brief.edition == here.edition
                what = (
                    _("“%(title)s” stays as it is: its %(day)s edition is here already.")
                    if is_same
                    else _(
                        "“%(title)s” stays as it is: its %(day)s edition is newer than the file’s."
                    )
                )
                self.sentences.append(what % {"title": here.title, "day": full_date(here.edition)})
                return False
        return True

    def _takes_part(self, brief_id: int) -> bool:
        """Whether the parts of a brief are loaded: with it; or, if the file doesn't have the brief
        itself, and so tells no edition, unless it's recorded what an edition here says."""
        if brief_id not in self.briefs:
            last = Edition.objects.using(self.using).filter(brief=brief_id).first()
            self.parts_first.add(brief_id)
            self.briefs[brief_id] = not (last and last.content)
            if not self.briefs[brief_id]:
                title = Brief.objects.using(self.using).get(pk=brief_id).title
                self.sentences.append(
                    _("“%s” stays as it is: the file has parts of it, but tells no edition.")
                    % title
                )
        return self.briefs[brief_id]

    def _takes_series(self, same: Q) -> bool:
        """Whether a series isn't here yet, or has no briefs here."""
        for here in Series.objects.using(self.using).filter(same):
            if here.pk not in self.series:
                self.series[here.pk] = not here.entries.exists()
                if not self.series[here.pk]:
                    self.sentences.append(_("The series “%s” stays as it is.") % here.title)
            return self.series[here.pk]
        return True
