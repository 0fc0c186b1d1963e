"""OpenID Connect's authorization code flow with PKCE: the way to the provider, and the proof of its answer.

https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth, RFC 7636, RFC 9700 (best practice).
"""

import base64
import hashlib
from collections.abc import Mapping
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import quote_plus, urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from foundation import trust
from foundation.staff.members import StaffMember, roles_of
from foundation.staff.sessions import Login
from foundation.staff.settings import StaffSettings

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by the provider's private key; never none, and none that our own secret could make."""

LEEWAY = 60
"""Seconds that clocks may differ."""

FRESH = 3600.0
"""Seconds that the provider's description and keys are used without asking again."""

PATIENCE = 10.0
LONGEST_CLAIM = 255


class ProviderError(Exception):
    """The provider is away; the message says how, and holds nobody's data."""


class UnprovenError(Exception):
    """The provider answers, and this login is not proven; the message says why, and holds nobody's data."""


class Provider:
    """The municipality's identity provider. May be shared between threads."""

    def __init__(self, settings: StaffSettings, redirect_uri: str) -> None:
        self._settings = settings
        self.redirect_uri = redirect_uri
        self._client = httpx.Client(timeout=PATIENCE, follow_redirects=False, verify=trust.machine())
        self._lock = Lock()
        self._described: Mapping[str, Any] = {}
        self._keys: KeySet | None = None
        self._until = 0.0

    def authorization_url(self, state: str, login: Login) -> str:
        """Where the browser goes to log in. Raises ProviderError."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(login.verifier.encode()).digest())
        asked = {
            "response_type": "code", "client_id": self._settings.client_id, "scope": self._settings.scope,
            "redirect_uri": self.redirect_uri, "state": state, "nonce": login.nonce,
            "code_challenge": challenge.decode().rstrip("="), "code_challenge_method": "S256",
        }  # fmt: skip
        start = self._description()["authorization_endpoint"]
        return f"{start}{'&' if '?' in start else '?'}{urlencode(asked)}"

    def logout_url(self, way_back: str) -> str | None:
        """Where the browser goes to log out at the provider too, where it has such an address."""
        try:
            place = self._description().get("end_session_endpoint")
        except ProviderError:
            return None
        asked = {"client_id": self._settings.client_id, "post_logout_redirect_uri": way_back}
        return f"{place}?{urlencode(asked)}" if place else None

    def member(self, code: str, login: Login, now: float) -> StaffMember:
        """Who logged in, by the code that came back; ``now`` in seconds since 1970.

        Raises ProviderError and UnprovenError.
        """
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri,
            "code_verifier": login.verifier,
        }  # fmt: skip
        # The provider must take HTTP Basic from a client with a secret, both encoded first (RFC 6749, 2.3.1).
        secret = (quote_plus(self._settings.client_id), quote_plus(self._settings.client_secret))
        answer = self._ask("POST", self._description()["token_endpoint"], data=form, auth=secret)
        return self._proven(str(answer.get("id_token", "")), login, now)

    def _proven(self, token: str, login: Login, now: float) -> StaffMember:
        claims = self._claims(token)
        wanted = jwt.JWTClaimsRegistry(
            now=int(now), leeway=LEEWAY,
            iss={"essential": True, "value": self._described["issuer"]},
            aud={"essential": True, "value": self._settings.client_id},
            nonce={"essential": True, "value": login.nonce},
            sub={"essential": True}, exp={"essential": True}, iat={"essential": True},
        )  # fmt: skip
        try:
            wanted.validate(claims)
        except JoseError as error:
            raise UnprovenError(f"the ID token is not for us: {error}") from error
        is_for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if is_for_others else self._settings.client_id) != self._settings.client_id:
            raise UnprovenError("the ID token was made for another client")
        email = _text(claims, "email") or _text(claims, "preferred_username") or _text(claims, "upn")
        roles = roles_of(
            claims.get(self._settings.roles_claim), self._settings.role_of, self._settings.known_roles
        )
        return StaffMember(_text(claims, "sub"), _text(claims, "name") or email, email, roles)

    def _claims(self, token: str) -> dict[str, Any]:
        for _ in range(2):
            try:
                return jwt.decode(token, self._key_set(), algorithms=ALGORITHMS).claims
            except (JoseError, ValueError) as error:
                failure = error
            # A new key since we asked. A bad token makes us ask again too, but its sender had a code.
            self._until = 0.0
        raise UnprovenError(f"the ID token is not signed by the provider: {failure}")

    def _description(self) -> Mapping[str, Any]:
        self._refresh()
        return self._described

    def _key_set(self) -> KeySet:
        self._refresh()
        assert self._keys is not None
        return self._keys

    def _refresh(self) -> None:
        """The provider's own description. https://openid.net/specs/openid-connect-discovery-1_0.html"""
        with self._lock:
            if monotonic() < self._until:
                return
            issuer = self._settings.issuer
            told = self._ask("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if str(told.get("issuer")).rstrip("/") != issuer.rstrip("/"):
                raise ProviderError(f"the provider calls itself {told.get('issuer')!r}, not {issuer!r}")
            if missing := {"authorization_endpoint", "token_endpoint", "jwks_uri"} - set(told):
                raise ProviderError(f"the provider's description lacks {', '.join(sorted(missing))}")
            try:
                self._keys = KeySet.import_key_set(self._ask("GET", told["jwks_uri"]))  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError) as error:
                raise ProviderError("the provider's keys cannot be read") from error
            self._described = told
            self._until = monotonic() + FRESH

    def _ask(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        try:
            response = self._client.request(method, url, headers={"Accept": "application/json"}, **more)
            told = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise ProviderError(f"the provider does not answer: {type(error).__name__}") from error
        if response.status_code == httpx.codes.OK and isinstance(told, dict):
            return told
        code = told.get("error", "") if isinstance(told, dict) else ""
        why = f"the provider answered {response.status_code} {code}".strip()
        raise UnprovenError(why) if response.status_code == httpx.codes.BAD_REQUEST else ProviderError(why)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name, "")
    return value[:LONGEST_CLAIM] if isinstance(value, str) else ""
