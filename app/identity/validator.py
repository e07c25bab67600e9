"""Whether a token is good. https://www.rfc-editor.org/rfc/rfc8725 names what goes wrong elsewhere.

The signature is checked on the event loop. Medians for a token of 0.5 kB with PyJWT 2.15: 65 µs by
RS256 with 2,048 bits, 125 µs with 4,096, 340 µs with 8,192 (key_set.py takes no longer ones), 100
to 150 µs by ES256, 140 µs by EdDSA. A thread would cost every request a hop: 42 µs on an idle
machine, 2.8 ms at the 99th percentile of a busy one. What grows is the token: 0.4 ms for the 8 kB
that bearer.py allows.
"""

from dataclasses import dataclass

import jwt

from app.identity.caller import Caller, caller_of
from app.identity.denied import Reason, Refused
from app.identity.keys import Keys

# The first that fits.
REASONS: list[tuple[type[jwt.PyJWTError], Reason]] = [
    (jwt.ExpiredSignatureError, Reason.EXPIRED),
    (jwt.ImmatureSignatureError, Reason.EARLY),
    (jwt.InvalidIssuerError, Reason.FOREIGN),
    (jwt.InvalidAudienceError, Reason.FOREIGN),
    (jwt.InvalidSignatureError, Reason.UNTRUSTED),
    (jwt.InvalidAlgorithmError, Reason.UNTRUSTED),
    (jwt.InvalidKeyError, Reason.UNTRUSTED),
    (jwt.DecodeError, Reason.MALFORMED),
    (jwt.PyJWTError, Reason.INCOMPLETE),
]


@dataclass(frozen=True)
class Validator:
    """Checks tokens: signed by one of `keys` and `algorithms`, of `issuer`, for `audience`.

    `leeway` is how many seconds the clocks may differ; `customer_claim` names the customer.
    """

    keys: Keys
    algorithms: tuple[str, ...]
    issuer: str
    audience: str
    leeway: float
    customer_claim: str

    async def check(self, token: str) -> Caller:
        """Who calls with this token. Raises Refused or KeysUnavailable."""
        try:
            # Without the rest: PyJWT looks at each character in Python, and will again.
            header = jwt.get_unverified_header(f"{token.partition('.')[0]}..")
        except jwt.PyJWTError:
            raise Refused(Reason.MALFORMED) from None
        # Before a key is looked for, which may ask the provider. That the algorithm is the key's
        # own is PyJWT's check: a public key is never a secret for HS256.
        if header.get("alg") not in self.algorithms:
            raise Refused(Reason.UNTRUSTED)
        key = await self.keys.find(header.get("kid"))
        if key is None:
            raise Refused(Reason.UNTRUSTED)
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=self.algorithms,
                options={"require": ["exp", "iss", "aud"]},
                issuer=self.issuer,
                audience=self.audience,
                leeway=self.leeway,
            )
        except jwt.PyJWTError as error:
            reason = next(reason for kind, reason in REASONS if isinstance(error, kind))
            raise Refused(reason) from None
        return caller_of(claims, self.customer_claim)
