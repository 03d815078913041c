"""Signing in by OpenID Connect: the code flow with PKCE, at the issuer that the settings name.

The libraries are imported at the first sign-in: a service without an issuer never loads them. The
state of a sign-in is in a stamped cookie, so any worker can complete a sign-in that another one has
begun.
"""

from __future__ import annotations

import hmac
import secrets
import warnings
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
import structlog
from msgspec import Struct

from events.errors import IdentityUnavailable, Unauthenticated
from events.event.access_words import GRANTEE, PERSON
from service.access.stamp import Stamp
from service.clock import Clock
from service.settings.settings import Settings

__all__ = ["BEGUN_COOKIE", "BEGUN_SECONDS", "IssuerDescription", "OpenId", "Person", "SignInState"]

BEGUN_COOKIE: Final = "onrecord_oidc"
BEGUN_SECONDS: Final = 600
_SECOND: Final = 1_000_000
_LEEWAY: Final = 60
_LIMIT: Final = 10.0
"""Seconds that the issuer has for an answer."""
_MOST_GROUPS: Final = 2_000
"""The most characters of a person's groups together: a cookie has 4,096 bytes."""
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "PS384", "ES256", "ES384", "EdDSA"]

_log = structlog.get_logger("onrecord.access")


class SignInState(Struct, frozen=True, array_like=True):
    """The state of a sign-in that has begun, which the browser keeps in a cookie."""

    until: int
    state: str
    nonce: str
    verifier: str


class Person(NamedTuple):
    """Somebody whose address the issuer has verified, with their groups."""

    address: str
    groups: tuple[str, ...]


class IssuerDescription(Struct, frozen=True):
    """What an issuer says of itself: its address, and where it is asked for what."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None


class _Keys(Struct, frozen=True):
    keys: list[dict[str, Any]]


T = TypeVar("T")
_begun: Final = msgspec.msgpack.Decoder(SignInState)


class OpenId:
    """Signs people in at the issuer. `seal_key` is the key of the log's seal."""

    def __init__(self, settings: Settings, seal_key: bytes, clock: Clock) -> None:
        self._issuer = settings.oidc_issuer or ""
        self._id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret
        self._claim = settings.oidc_groups
        self._stamp = Stamp(seal_key, "oidc")
        self._clock = clock
        self._described: IssuerDescription | None = None

    async def begin(self, back: str) -> tuple[str, str]:
        """The issuer's address to which the browser goes, and the cookie's value. The browser comes
        back to `back` with that cookie. Raises IdentityUnavailable."""
        issuer = await self._discover()
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        async with self._client(back) as client:
            address, _ = client.create_authorization_url(
                issuer.authorization_endpoint, state=state, nonce=nonce, code_verifier=verifier
            )
        until = self._clock() + BEGUN_SECONDS * _SECOND
        begun = SignInState(until, state, nonce, verifier)
        return address, self._stamp.write(msgspec.msgpack.encode(begun))

    async def complete(self, back: str, cookie: str | None, query: Mapping[str, str]) -> Person:
        """The person who has come back. Raises Unauthenticated if their identity is not proved, and
        IdentityUnavailable."""
        begun = self._read(cookie)
        if "code" not in query:
            raise _unproved(f"the issuer says {query.get('error', 'nothing')[:100]!r}")
        if not hmac.compare_digest(query.get("state", "").encode(), begun.state.encode()):
            raise _unproved("it was begun elsewhere")
        issuer = await self._discover()
        token = await self._token(issuer, back, query["code"], begun.verifier)
        claims = await self._verified(issuer, token, begun.nonce)
        if "email" not in claims:
            claims = claims | await self._userinfo(issuer, token, claims["sub"])
        return self._person(claims)

    def _read(self, cookie: str | None) -> SignInState:
        content = None if cookie is None else self._stamp.read(cookie)
        begun = None if content is None else _begun.decode(content)
        if begun is None or begun.until <= self._clock():
            raise _unproved("it was not begun here, or more than ten minutes ago")
        return begun

    def _client(self, back: str) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a recommendation of another HTTP client
            from authlib.integrations.httpx_client import AsyncOAuth2Client  # noqa: PLC0415 - see above
        return AsyncOAuth2Client(
            self._id,
            self._secret,
            scope="openid email profile",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_LIMIT,
        )

    async def _discover(self) -> IssuerDescription:
        """The issuer's own description."""
        if self._described is None:
            address = f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await self._get(address, IssuerDescription)
            if found.issuer != self._issuer:
                raise IdentityUnavailable(
                    "The issuer calls itself by another address than ONRECORD_OIDC_ISSUER."
                )
            self._described = found
        return self._described

    async def _get(self, address: str, type_: type[T], bearer: str | None = None) -> T:
        import httpx  # noqa: PLC0415 - as above

        headers = {} if bearer is None else {"Authorization": f"Bearer {bearer}"}
        try:
            async with httpx.AsyncClient(timeout=_LIMIT) as client:
                answer = await client.get(address, headers=headers)
                answer.raise_for_status()
                return msgspec.json.decode(answer.content, type=type_)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _log.error("the issuer of identities does not answer", reason=repr(error))
            raise IdentityUnavailable("The issuer of identities does not answer.") from error
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            _log.error("what the issuer says is no OpenID", address=address, reason=str(error))
            raise IdentityUnavailable(f"{address} does not say what OpenID requires.") from error

    async def _token(
        self, issuer: IssuerDescription, back: str, code: str, verifier: str
    ) -> Mapping[str, Any]:
        import httpx  # noqa: PLC0415 - as above

        async with self._client(back) as client:
            from authlib.integrations.base_client import OAuthError  # noqa: PLC0415 - as above

            try:
                token: Mapping[str, Any] = await client.fetch_token(
                    issuer.token_endpoint, code=code, code_verifier=verifier
                )
            except OAuthError as error:
                raise _unproved(f"the issuer refuses the code ({error.error})") from error
            except (httpx.HTTPError, ValueError) as error:
                _log.error("the issuer of identities does not answer", reason=repr(error))
                raise IdentityUnavailable("The issuer of identities does not answer.") from error
        return token

    async def _verified(
        self, issuer: IssuerDescription, token: Mapping[str, Any], nonce: str
    ) -> dict[str, Any]:
        """The claims of the id token, once its signature and its purpose are verified."""
        from joserfc import jwt  # noqa: PLC0415 - see above
        from joserfc.errors import JoseError  # noqa: PLC0415 - see above
        from joserfc.jwk import KeySet  # noqa: PLC0415 - see above

        found = await self._get(issuer.jwks_uri, _Keys)
        keys: Any = {"keys": found.keys}
        try:
            decoded = jwt.decode(
                str(token.get("id_token")), KeySet.import_key_set(keys), algorithms=_ALGORITHMS
            )
            registry = jwt.JWTClaimsRegistry(
                now=self._clock() // _SECOND,
                leeway=_LEEWAY,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._id},
                sub={"essential": True},
                exp={"essential": True},
                nonce={"essential": True, "value": nonce},
            )
            registry.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise _unproved(f"its token is not good ({error})") from error
        claims: dict[str, Any] = decoded.claims
        if claims.get("azp", self._id) != self._id:
            raise _unproved("its token is for another service")
        return claims

    async def _userinfo(
        self, issuer: IssuerDescription, token: Mapping[str, Any], subject: str
    ) -> dict[str, Any]:
        if issuer.userinfo_endpoint is None:
            return {}
        bearer = str(token.get("access_token"))
        found = await self._get(issuer.userinfo_endpoint, dict[str, Any], bearer)
        return found if found.get("sub") == subject else {}

    def _person(self, claims: Mapping[str, Any]) -> Person:
        address = claims.get("email")
        if not isinstance(address, str) or not PERSON.admits(address):
            raise _unproved("the issuer names no plain address")
        if claims.get("email_verified") is not True:
            raise _unproved("the issuer has not verified the address")
        found = claims.get(self._claim, []) if self._claim else []
        names = [found] if isinstance(found, str) else found if isinstance(found, list) else []
        groups = sorted({f"group:{name}" for name in names if isinstance(name, str)})
        return Person(address.lower(), _fitting([g for g in groups if GRANTEE.admits(g)]))


def _fitting(groups: list[str]) -> tuple[str, ...]:
    """As many of the groups as fit into a cookie."""
    kept: list[str] = []
    for group in groups:
        if sum(map(len, kept)) + len(group) > _MOST_GROUPS:
            _log.warning("a person has more groups than a session can hold", left_out=group)
            break
        kept.append(group)
    return tuple(kept)


def _unproved(reason: str) -> Unauthenticated:
    return Unauthenticated("session", f"Signing in failed: {reason}. Begin again.")
