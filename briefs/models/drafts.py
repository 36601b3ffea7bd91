"""Drafts: briefs as editors work on them, before anyone reads them."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.addresses import reverse
from config.batches import delete_some
from config.locks import Lockable, under_lock
from config.slugs import free_slug

from ..desk import content as contents
from ..desk.content import Content, Item
from ..slugs import lasting_slug

if TYPE_CHECKING:
    from accounts.models import User

    from .briefs import Brief
    from .editions import Edition


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> Self:
        """Drafts that are neither published nor set aside."""
        return self.filter(closed_at=None)

    def start(
        self,
        content: Content,
        *,
        by: "User",
        brief: "Brief | None" = None,
        based_on: "Edition | None" = None,
        guesses: Iterable[dict[str, Any]] = (),
        source_name: str = "",
    ) -> "Draft":
        """Save a new draft.

        Args:
            content: its parts, beginning with the brief.
            by: the editor.
            brief: the brief that it revises; None for a new one.
            based_on: the edition that it began with.
            guesses: what to check: see `Draft.guesses`.
            source_name: the name of the file that it was made of.
        """
        content = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
        return self.create(
            brief=brief,
            based_on=based_on,
            title=contents.brief_of(content)["fields"]["title"],
            content=content,
            guesses=list(guesses),
            source_name=source_name[:200],
            created_by=by,
            changed_by=by,
        )

    def change(
        self, pk: int, *, by: "User", what: str, edit: Callable[[Content], Content]
    ) -> "Draft":
        """Change the content of a draft. Every change goes through this one.

        Args:
            pk: the draft's id.
            by: the editor.
            what: what they did, in a few words without a period: “Moved Wells up”.
            edit: gives the new content from the saved one, or raises. It runs under the lock of
                the draft, so what it checks is still so when it's saved.

        Raises:
            ValidationError: the draft is closed.
        """
        draft = self.get(pk=pk)
        draft.change(by=by, what=what, edit=edit)
        return draft


class Draft(Lockable):
    """A brief as editors work on it. No reader sees it until it's published."""

    brief = models.ForeignKey(
        "briefs.Brief",
        models.CASCADE,
        null=True,
        related_name="drafts",
        verbose_name=_("brief"),
    )
    based_on = models.ForeignKey("briefs.Edition", models.SET_NULL, null=True, related_name="+")
    title = models.CharField(_("title"), max_length=120)
    # The objects of a fixture, in the order of the page, as in `Edition.content`.
    content = models.JSONField(default=list)
    # What an editor should check: [{"section": slug or None, "line": number or None,
    # "what": a sentence, "done_at": when it was checked off, or None}, …]. Its order never changes.
    guesses = models.JSONField(default=list)
    source_name = models.CharField(max_length=200, blank=True)
    # Rises with every change of the content.
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    published_as = models.ForeignKey("briefs.Edition", models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    # What circles had on joined sections when it was published, to give it back:
    # {slug: {"into": id of the section, "rows": from `editions.renames.rows_on`}}.
    moved = models.JSONField(default=dict)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-changed_at", "-pk"]
        # People who may add and change briefs may also draft them.
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("admin:briefs_draft_change", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        """Whether it was published or set aside. It can't be changed then."""
        return self.closed_at is not None

    @property
    def brief_slug(self) -> str:
        return str(contents.brief_of(self.content)["fields"]["slug"])

    @property
    def is_name_taken(self) -> bool:
        """Whether another brief has the slug of this new one by now."""
        briefs = apps.get_model("briefs", "Brief")._default_manager
        return not self.brief_id and briefs.filter(slug=self.brief_slug).exists()

    @property
    def open_guesses(self) -> list[dict[str, Any]]:
        """What is still to check."""
        return [guess for guess in self.guesses if not guess["done_at"]]

    def taken(self, label: str) -> set[str]:
        """The slugs that no new part may have: of this draft, and of rows that notes may be on.

        Args:
            label: the model of the part, such as “briefs.section”.
        """
        taken = contents.names_in(self.content, label)
        if self.brief_id:
            rows = apps.get_model(label)._default_manager.filter(brief=self.brief_id)
            taken |= set(rows.values_list("slug", flat=True))
        return taken

    def free_slug(self, label: str, words: str) -> str:
        """A slug for a new part, made of its words: see `taken`."""
        model = apps.get_model(label)
        reserved: set[str] = getattr(model, "RESERVED_SLUGS", set())
        stem = lasting_slug(words, fallback=str(model._meta.model_name))
        return free_slug(stem, self.taken(label) | reserved)

    @under_lock
    def change(self, *, by: "User", what: str, edit: Callable[[Content], Content]) -> None:
        """See `DraftQuerySet.change`."""
        self.check_open()
        after = edit(list(self.content))
        if after != self.content:
            self._save(after, by=by, what=what)

    @under_lock
    def bring_in(self, edition: "Edition", *, by: "User") -> list[Item]:
        """Add what was changed in the brief since the draft began.

        Args:
            edition: the brief as it is now.
            by: the editor.

        Returns:
            The parts that were changed in both, which stay as they are in the draft.
        """
        self.check_open()
        base = self.based_on.content if self.based_on else []
        after, both = contents.merged(base, self.content, edition.content)
        self._save(after, by=by, what=gettext("Added changes of the brief"), based_on=edition)
        return both

    @property
    def last_step(self) -> "DraftStep | None":
        """The step that Undo takes back."""
        return self.steps.filter(undoes=None, undone_at=None).first()

    @property
    def last_undo(self) -> "DraftStep | None":
        """The step that Redo takes back: an undo that nothing was changed after."""
        changed = self.steps.filter(undoes=None).first()
        later = self.steps.filter(undone_at=None, undoes__undoes=None).exclude(undoes=None)
        return later.filter(pk__gt=changed.pk).first() if changed else None

    @under_lock
    def undo(self, step_id: int | None, *, by: "User") -> None:
        """Take the last step back.

        Args:
            step_id: the step that the editor saw as the last one.
            by: the editor.

        Raises:
            ValidationError: it isn't the last step anymore, or the draft is closed.
        """
        step = self._still_last(self.last_step, step_id)
        self._back(step, by=by)

    @under_lock
    def redo(self, step_id: int | None, *, by: "User") -> None:
        """Do again what was undone last. Arguments as for `undo`."""
        undo = self._still_last(self.last_undo, step_id)
        self._back(undo, by=by)
        DraftStep.objects.filter(pk=undo.undoes_id or 0).update(undone_at=None)

    @under_lock
    def check_off(self, number: int, *, done: bool) -> None:
        """Note that an editor dealt with a guess, or didn't.

        Args:
            number: its index in `guesses`.
            done: whether they did.
        """
        self.check_open()
        if number < len(self.guesses):
            self.guesses[number]["done_at"] = timezone.now().isoformat() if done else None
            self.save(update_fields=["guesses"])

    @under_lock
    def set_aside(self, by: "User") -> None:
        """Close it without publishing."""
        self.check_open()
        self.closed_at, self.changed_by = timezone.now(), by
        self.save(update_fields=["closed_at", "changed_by"])

    def note_published(
        self, edition: "Edition", *, by: "User", content: Content, moved: dict[str, Any]
    ) -> None:
        """Close it as published. Call it under the lock.

        Args:
            edition: what it became.
            by: the editor.
            content: what was published.
            moved: see the field.
        """
        self.published_as, self.brief, self.content = edition, edition.brief, content
        self.closed_at, self.changed_by, self.moved = timezone.now(), by, moved
        self.save(
            update_fields=["published_as", "brief", "content", "closed_at", "changed_by", "moved"]
        )

    @under_lock
    def reopen(self, by: "User") -> None:
        """Work on it again after it was set aside."""
        if self.published_as_id is None:
            self.closed_at, self.changed_by = None, by
            self.save(update_fields=["closed_at", "changed_by"])

    def check_open(self) -> None:
        """Refuse to change a draft that is closed.

        Raises:
            ValidationError: it is.
        """
        if self.published_as_id:
            raise ValidationError(_("This draft is already published. Start a new one."))
        if self.is_closed:
            raise ValidationError(_("This draft is set aside. Reopen it first."))

    def _still_last(self, last: "DraftStep | None", step_id: int | None) -> "DraftStep":
        self.check_open()
        if last is None or last.pk != step_id:
            raise ValidationError(
                _("Someone else just changed this draft, so nothing was undone. See it below.")
            )
        return last

    def _back(self, step: "DraftStep", *, by: "User") -> None:
        earlier = contents.step_back(self.content, step.before)
        based_on = self.based_on
        if "based_on" in step.before and self.brief:
            based_on = self.brief.editions.filter(pk=step.before["based_on"]).first()
        self._save(earlier, by=by, what=step.what, undoes=step, based_on=based_on)
        step.undone_at = timezone.now()
        step.save(update_fields=["undone_at"])

    def _save(
        self,
        after: Content,
        *,
        by: "User",
        what: str,
        undoes: "DraftStep | None" = None,
        based_on: "Edition | None" = None,
    ) -> None:
        now = timezone.now()
        before = contents.difference(self.content, after)
        if based_on and based_on.pk != self.based_on_id:
            before["based_on"] = self.based_on_id
            self.based_on = based_on
        self.revision += 1
        self.steps.create(
            revision=self.revision,
            what=what[:200],
            before=before,
            by=by,
            at=now,
            undoes=undoes,
        )
        self.content, self.changed_at, self.changed_by = after, now, by
        self.title = contents.brief_of(after)["fields"]["title"]
        changed = ["content", "title", "revision", "based_on", "changed_at", "changed_by"]
        self.save(update_fields=changed)


class DraftStepQuerySet(models.QuerySet["DraftStep"]):
    def forget_published(self, before: datetime, most: int) -> int:
        """Delete the steps of drafts that were published before this moment. Their editions say
        what became of them."""
        old = self.filter(draft__closed_at__lt=before).exclude(draft__published_as=None)
        return delete_some(old, most)


class DraftStep(models.Model):
    """One change of a draft, and what takes it back. To undo makes a step of its own."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="steps")
    revision = models.PositiveIntegerField()
    what = models.CharField(max_length=200)
    # From `desk.content.difference`.
    before = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undoes = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    objects = DraftStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a draft")
        verbose_name_plural = _("steps of drafts")
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.what
