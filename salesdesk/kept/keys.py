"""The key of what is kept on this workstation: in the system's keyring where there is one, else in a file.

Whoever copies the folder of what is kept, or has it in a backup, cannot read it without the key. It keeps
nothing from a program that runs as the same user, nor, where the key is a file, from who has the whole disk.
"""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from platformdirs import user_state_path

from salesdesk.errors import SalesdeskError
from salesdesk.i18n import _
from salesdesk.secrecy import keyrings

ENTRY = "kept here"


def key_file() -> Path:
    """Tell where the key is where no keyring has it: apart from what it opens."""
    return user_state_path("salesdesk", appauthor=False) / "keys" / "kept.key"


class Seal:
    """Encrypts with the first key of this workstation, and opens with any of them.

    Raises SalesdeskError where a key can be neither found nor made.
    """

    def __init__(self) -> None:
        keys = [key for key in (_of_keyring(), _of_file()) if key is not None] or [_made()]
        self._cipher = MultiFernet([Fernet(key) for key in keys])

    def close(self, plain: bytes) -> bytes:
        """Encrypt."""
        return self._cipher.encrypt(plain)

    def open(self, sealed: bytes) -> bytes | None:
        """Decrypt; None for what no key of this workstation opens, or what was changed."""
        with suppress(InvalidToken):
            return self._cipher.decrypt(sealed)
        return None


def _of_keyring() -> bytes | None:
    key = keyrings.kept(ENTRY)
    return key.encode() if key is not None and _is_key(key.encode()) else None


def _of_file() -> bytes | None:
    with suppress(OSError):
        key = key_file().read_bytes().strip()
        return key if _is_key(key) else None
    return None


def _is_key(key: bytes) -> bool:
    with suppress(ValueError):
        Fernet(key)
        return True
    return False


def _made() -> bytes:
    key = Fernet.generate_key()
    if keyrings.keep(ENTRY, key.decode()):
        return key
    file = key_file()
    new = file.with_name(f".{secrets.token_hex(8)}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as written:
            written.write(key)
            written.flush()
            os.fsync(written.fileno())
        # Of two desks that make one at once, both take the first's.
        with suppress(FileExistsError):
            os.link(new, file)
    except OSError as error:
        raise SalesdeskError(
            _("{file} cannot be written: {why}").format(file=file, why=error.strerror or error)
        ) from error
    finally:
        new.unlink(missing_ok=True)
    found = _of_file()
    if found is None:
        raise SalesdeskError(
            _("{file} is no key: set it aside, and what is kept here with it.").format(file=file)
        )
    return found
