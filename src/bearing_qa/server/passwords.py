"""Who may log in: a file of users with hashed passwords, one ``user:scrypt$…`` a line."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bearing_qa.errors import StoreError

_SCHEME = "scrypt"
_N, _R, _P = 2**15, 8, 1
"""scrypt's cost, block size and lanes: 32 MB and about a tenth of a second a try."""
_MAX_N = 2**20
"""The highest cost that a file may ask for: 1 GB."""
_SALT_BYTES, _KEY_BYTES = 16, 32
MAX_PASSWORD_CHARS = 256
"""Longer ones are refused unread: hashing must not be made dear."""
MIN_PASSWORD_CHARS = 8
"""Of a password that is set; --auth takes any."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A password as it is kept: scrypt's parameters, salt and key."""

    cost: tuple[int, int, int]
    salt: bytes
    key: bytes

    def fits(self, password: str) -> bool:
        """Whether this is the password; the time does not depend on how much of it is right."""
        if len(password) > MAX_PASSWORD_CHARS:
            return False
        return hmac.compare_digest(_derive(password, self.salt, self.cost), self.key)


@dataclass(frozen=True, slots=True)
class Users:
    """Users by name with their passwords."""

    known: Mapping[str, Hashed]

    def check(self, user: str, password: str) -> bool:
        """Whether user and password fit; an unknown user takes as long as a known one."""
        known = self.known.get(user)
        fits = (known or _NOBODY).fits(password)
        return fits and known is not None


def hash_password(password: str) -> Hashed:
    """A password with a fresh salt. Raises StoreError if it is too short or too long."""
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        raise StoreError(
            found=f"a password of {len(password)} characters",
            expected=f"{MIN_PASSWORD_CHARS} to {MAX_PASSWORD_CHARS}",
            fix="choose another",
        )
    return _hash(password)


def _hash(password: str) -> Hashed:
    salt = os.urandom(_SALT_BYTES)
    return Hashed((_N, _R, _P), salt, _derive(password, salt, (_N, _R, _P)))


def _derive(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    words = password.encode("utf-8", "surrogatepass")
    room = 2 * 128 * n * r
    return hashlib.scrypt(words, salt=salt, n=n, r=r, p=p, maxmem=room, dklen=_KEY_BYTES)


_NOBODY = Hashed((_N, _R, _P), b"nobody", b"")


def user_line(user: str, password: str) -> str:
    """The line of a user for the file. Raises StoreError if name or password cannot be used."""
    if not user or ":" in user or not user.isprintable() or user != user.strip():
        raise StoreError(
            found=f"the user name {user!r}",
            expected="printable signs without : and outer blanks",
            fix="choose another",
        )
    hashed = hash_password(password)
    cost = "$".join(map(str, hashed.cost))
    salt, key = (base64.b64encode(part).decode() for part in (hashed.salt, hashed.key))
    return f"{user}:{_SCHEME}${cost}${salt}${key}"


def one_user(user: str, password: str) -> Users:
    """The only user of ``--auth USER:PASS``."""
    return Users({user: _hash(password)})


def read_users(path: Path) -> Users:
    """The users of a file; empty lines and those that begin with # say nothing.

    Raises StoreError if it cannot be read, a line is none, or nobody is in it.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, f"cannot be read ({error})") from error
    known: dict[str, Hashed] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        user, hashed = _read_line(path, number, line.strip())
        if user in known:
            raise _unusable(path, f"names {user} twice, again in line {number}")
        known[user] = hashed
    if not known:
        raise _unusable(path, "names nobody")
    return Users(known)


def _read_line(path: Path, number: int, line: str) -> tuple[str, Hashed]:
    user, _, secret = line.partition(":")
    try:
        scheme, n, r, p, salt, key = secret.split("$")
        cost = int(n), int(r), int(p)
        parts = (base64.b64decode(part, validate=True) for part in (salt, key))
        hashed = Hashed(cost, *parts)
    except (ValueError, binascii.Error):
        raise _unusable(path, f"line {number} is no user with a hashed password") from None
    is_sound = 2 <= cost[0] <= _MAX_N and cost[0] & (cost[0] - 1) == 0 and cost[1:] == (_R, _P)
    if not user or scheme != _SCHEME or not is_sound or len(hashed.key) != _KEY_BYTES:
        raise _unusable(path, f"line {number} is no user with a hashed password")
    return user, hashed


def _unusable(path: Path, what: str) -> StoreError:
    return StoreError(
        found=f"{path}: {what}",
        expected="a UTF-8 file with a line user:scrypt$… a user",
        fix=f"make one: bearing-qa password USER >> {path}",
    )
