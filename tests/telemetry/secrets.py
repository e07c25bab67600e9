"""Strategies for the property that a secret is never written.

Secrets are spelled with G, J and Q, nothing else is: where none of these is written, no part of a
secret is. Between them stand the characters that have a meaning in some form of text.
"""

from hypothesis import strategies as st

MARKS = frozenset("GJQ")
SPECIAL = "\"\\&=%+ ;:,{}[]<>\n\r\t'/-\u00e9\u2603\U0001f600"

plain = st.text("abcdefghiklmnopr _.-\u00e9", max_size=12)
secret_text = st.text([*"GJQ" * 3, *SPECIAL], min_size=1, max_size=30)
secret_word = st.text("GJQ", min_size=1, max_size=12)

secret_names = st.builds(
    lambda before, name, after, case: case(before + name + after),
    st.sampled_from(["", "user_", "x-", "the.", "new"]),
    st.sampled_from(
        [
            "authorization",
            "cookie",
            "set-cookie",
            "token",
            "password",
            "passwd",
            "secret",
            "api-key",
            "api_key",
            "apikey",
            "session",
            "sessionid",
            "csrf",
            "credential",
            "private_key",
        ]
    ),
    st.sampled_from(["", "s", "_confirmation", "[0]", "2"]),
    st.sampled_from([str.lower, str.upper, str.title]),
)
cuts = st.integers(0, 600)


def leaked(written: str) -> frozenset[str]:
    """What of a secret is in a text."""
    return MARKS & set(written)
