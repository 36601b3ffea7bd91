"""Every kind of mail has all that it takes, and says which nothing turns off."""

from pathlib import Path

import pytest
from django.template.loader import get_template

from circles.mail import contents
from circles.mail.registry import CONTENTS
from circles.mail.registry import contents as register
from circles.models import Mail


@pytest.mark.parametrize("kind", Mail.Kind)
def test_every_kind_has_contents_two_templates_and_a_topic_or_none_on_purpose(kind):
    mail = Mail(kind=kind)

    assert kind in CONTENTS
    assert get_template(f"mail/{mail.template}.txt") and get_template(f"mail/{mail.template}.html")
    assert (mail.topic is None) == (kind in Mail.WITHOUT_TOPIC)


def test_every_file_of_contents_is_loaded():
    files = {path.stem for path in Path(contents.__file__).parent.glob("[a-z]*.py")}

    assert files == set(contents.__all__)


def test_nothing_tells_a_kind_twice():
    with pytest.raises(ValueError, match="Two functions"):
        register(Mail.Kind.POLL)(lambda mail: {})
