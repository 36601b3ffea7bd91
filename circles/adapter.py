"""What circles add to accounts: facilitators hear when a member's email address changes."""

from django.urls import reverse
from django.utils import timezone

from accounts.adapter import InvitedOnlyAdapter
from accounts.models import AddressChange, User
from config.mail import full_url

from .models import Membership


class CirclesAdapter(InvitedOnlyAdapter):
    def tell_of_asked_address(self, change: AddressChange) -> None:
        super().tell_of_asked_address(change)
        self._tell_facilitators("account/email/address_asked_facilitator", change.user)

    def tell_of_new_address(self, user: User, old_email: str, *, by_owner: bool = False) -> None:
        super().tell_of_new_address(user, old_email, by_owner=by_owner)
        self._tell_facilitators("account/email/address_new_facilitator", user)

    def tell_of_undone_address(self, user: User, lost_email: str) -> None:
        super().tell_of_undone_address(user, lost_email)
        self._tell_facilitators("account/email/address_undone_facilitator", user)

    def end_links(self, user: User) -> None:
        """Someone else may have seen the addresses of the person's calendars."""
        super().end_links(user)
        user.calendar_feeds.open().update(revoked_at=timezone.now())

    def _tell_facilitators(self, template_prefix: str, person: User) -> None:
        """Email each facilitator once, however many circles they share with the person."""
        circles = Membership.objects.current().filter(user=person).values("circle")
        facilitate = Membership.objects.facilitators().filter(circle__in=circles)
        facilitators = User.objects.filter(pk__in=facilitate.values("user"), is_active=True)
        url = full_url(reverse("circles:circle_list"))
        for facilitator in facilitators.exclude(pk=person.pk):
            self.send_notification_mail(
                template_prefix, facilitator, {"person": person, "url": url}, facilitator.email
            )
