"""Which names hold secrets, and where a text mentions one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.telemetry.secret_names import is_secret, mentioned, redact_name, redact_text
from tests.telemetry.secrets import leaked, plain, secret_names, secret_text

SECRET = """
Authorization Proxy-Authorization Cookie Set-Cookie X-CSRFToken X-XSRF-TOKEN X-Api-Key x-auth
X-Auth-Token X-Auth-Key Ocp-Apim-Subscription-Key api_key apikey API.KEY accessKey private-key
access_token refresh_token client_secret password Passwd pwd userPwd passphrase pass-word jwt
sessionid session_key csrfmiddlewaretoken credentials X-Amz-Signature sig otp pin pin-code cvv
SAMLResponse client_assertion user[password] pass%77ord to\\u006ben %2570wd
"""
NOT_SECRET = """
author page shipping pinned compass passenger inside design signal key keyboard monkey name title
accept host user-agent assign 100% a%20b content-type x\\y
"""


@pytest.mark.parametrize("name", SECRET.split())
def test_secret(name: str) -> None:
    assert is_secret(name)


@pytest.mark.parametrize("name", NOT_SECRET.split())
def test_not_secret(name: str) -> None:
    assert not is_secret(name)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("a note", "a note"),
        ("50% off, \\o/", "50% off, \\o/"),
        ("my password", "my password"),
        ("my password is x", "my password [redacted]"),
        ("PASSWORD=x", "PASSWORD=[redacted]"),
        ('{"token": "x", "a": 1}', '{"token":[redacted]'),
        ("<secret>x</secret>", "<secret>[redacted]"),
        ("user[passwd]=x", "user[passwd]=[redacted]"),
        ("the author: x", "the author: x"),
        ("auth x", "auth x"),
        ("auth: x", "auth:[redacted]"),
        ("a=1, pin = 4", "a=1, pin =[redacted]"),
        ("a%20pass%77ord=x", "a password=[redacted]"),
        ("%2570assword=x", "password=[redacted]"),
        ("to\\u006b\\x65n: x token", "token:[redacted]"),
        ("\\\\\\u0074oken=x", "token=[redacted]"),
        # The decoded form hides the name here: %ac is a character to one who decodes.
        ("%access_key=x", "%access_key=[redacted]"),
        ("%access_key=x token=y", "%access_key=[redacted]"),
        ("\u0130 token=x", "\u0130 token=[redacted]"),
    ],
)
def test_text_ends_at_a_secrets_name(text: str, written: str) -> None:
    assert redact_text(text) == written


def test_endless_encodings_are_not_followed() -> None:
    text = "%" + "25" * 20 + "70wd=x"
    assert mentioned(text) == ""
    assert is_secret(text)


def test_half_a_pair_of_surrogates_is_replaced() -> None:
    assert mentioned("\\ud800 \\u0074oken") == "\ufffd token"


@given(plain, secret_names, st.sampled_from(["=", ": ", '": "', ">", " is ", ""]), secret_text)
def test_no_secret_after_its_name(before: str, name: str, between: str, secret: str) -> None:
    assert not leaked(redact_text(before + name + between + secret))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("user_password_2", "user_password_2"),
        ("user[password]", "user[password]"),
        ("password: x", "password:[redacted]"),
        ("token" * 20, "token[redacted]"),
        ("a b", "a b"),
    ],
)
def test_a_name_is_written_whole_if_it_looks_like_one(name: str, written: str) -> None:
    assert redact_name(name) == written
