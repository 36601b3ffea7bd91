"""How tests sign people in who then change their account."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import _AUTHENTICATION_METHODS_USER_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str


def sign_in(client, user, *, minutes_ago=0, method="code"):
    """Sign in as the pages for it do: the session says how and when."""
    client.force_login(user)
    session = client.session
    record = {"method": method, "at": time.time() - minutes_ago * 60}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [record]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = user_id_to_str(user)
    session.save()
    return client
