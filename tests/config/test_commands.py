"""How a command says why it failed."""

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from config.commands import print_fault


def printed(error, capsys):
    """What a command prints that ends with this error."""
    try:
        raise error
    except type(error) as raised:
        print_fault(type(raised), raised, raised.__traceback__)
    return capsys.readouterr().err.splitlines()


def test_an_outage_is_one_sentence(capsys):
    [sentence] = printed(OperationalError("connection refused"), capsys)

    assert sentence.startswith("The database doesn't answer: ")
    assert sentence.endswith("connection refused")


def test_a_wrong_setting_is_one_sentence(capsys):
    assert printed(ImproperlyConfigured("SECRET_KEY is weak."), capsys) == ["SECRET_KEY is weak."]


def test_a_fault_of_ours_has_its_traceback(capsys):
    lines = printed(ValueError("it was ann@example.org"), capsys)

    assert any("test_commands.py" in line for line in lines)
    assert "ValueError: it was <address>" in lines[-1]
