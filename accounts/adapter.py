"""How django-allauth behaves here. Who may sign up is decided in one place."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings

INVITED = "invited_by_link"


def open_sign_up(request, email=""):
    """Let this visitor sign up: an invitation brought them. Lasts as long as the session.

    Args:
        request: the visitor's request.
        email: the address that was invited, to fill the form in; empty for a link.
    """
    request.session[INVITED] = {"email": email, "next": request.get_full_path()}


class InvitedOnlyAdapter(DefaultAccountAdapter):
    """Sign-up needs an invitation, unless the site is open to all."""

    def is_open_for_signup(self, request):
        return settings.OPEN_SIGN_UP or INVITED in request.session
