"""The one door to cryptography: key halves, derived keys, sealing and opening.

A cycle's answers are sealed under keys derived from two random halves. One lies in the
database, one in a file outside it; whoever has only one of them has nothing. Losing either
half loses the answers of that cycle, and that is how they are forgotten.
"""

import hashlib
import hmac
import os
import secrets
import struct
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.errors import SealBrokenError
from app.infra.save_counts import LOCATOR_BYTES, SaveBook
from app.infra.settings import settings

HALF_BYTES: Final = 32
NONCE_BYTES: Final = 12
SMALLEST_BUCKET: Final = 8 * 1024
BUCKET_FACTOR: Final = 4
LOG_HEAD: Final = "log-head"
"""The note about the end of the log of acts."""
ROUNDS: Final = "rounds"
"""The note about how many rounds the worker has done."""


def new_half() -> bytes:
    """Half of a cycle's key: 32 random bytes."""
    return secrets.token_bytes(HALF_BYTES)


class KeyFolder:
    """The halves that live in files, one per cycle, mode 0600."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, cycle_id: int) -> Path:
        return self.folder / f"cycle-{cycle_id}.key"

    def saves(self, cycle_id: int) -> SaveBook:
        """How often each ballot of the cycle was saved."""
        return SaveBook(self.folder / f"cycle-{cycle_id}.saves")

    def noise(self, cycle_id: int) -> Path:
        """Where the source of the cycle's noise lies, from its first count to the forgetting."""
        return self.folder / f"cycle-{cycle_id}.noise"

    def noise_source(self, cycle_id: int) -> bytes:
        """32 random bytes, made when they are first asked for and the same from then on."""
        return self._made_once(self.noise(cycle_id), secrets.token_bytes(HALF_BYTES))

    def accounts(self, cycle_id: int) -> Path:
        """Where it lies, for as long, which accounts the first count took for ones in new hands."""
        return self.folder / f"cycle-{cycle_id}.accounts"

    def first_accounts(self, cycle_id: int, ids: Iterable[int]) -> frozenset[int]:
        """The `ids` with which this was first asked for the cycle."""
        line = " ".join(map(str, sorted(ids)))
        return frozenset(map(int, self._made_once(self.accounts(cycle_id), line.encode()).split()))

    def write_saves(self, cycle_id: int, counts: Mapping[bytes, int]) -> None:
        """Remember from now on how often the ballot at each locator was saved.

        Whoever goes on from a backup counts as if for the first time.
        """
        self.accounts(cycle_id).unlink(missing_ok=True)
        file = self.saves(cycle_id).file
        draft = file.with_suffix(".new-saves")
        draft.unlink(missing_ok=True)
        _write_durably(draft, SaveBook.written(counts))
        draft.replace(file)
        _sync_folder(self.folder)

    def write(self, cycle_id: int, half: bytes) -> None:
        """Keep `half` durably; a half left behind by an opening that failed is replaced."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.file(cycle_id).with_suffix(".new")
        draft.unlink(missing_ok=True)
        _write_durably(draft, half)
        draft.replace(self.file(cycle_id))
        _sync_folder(self.folder)

    def read(self, cycle_id: int) -> bytes:
        """The half of `cycle_id`. Raises SealBrokenError when it is missing or damaged."""
        try:
            half = self.file(cycle_id).read_bytes()
        except FileNotFoundError:
            raise SealBrokenError(
                "The key file of this cycle is missing: without it its answers cannot be read.",
                place=str(self.folder),
            ) from None
        except OSError as error:
            raise SealBrokenError(
                f"The key file of this cycle cannot be read: {error.strerror}.",
                place=str(self.folder),
            ) from None
        if len(half) != HALF_BYTES:
            raise SealBrokenError("The key file of this cycle is damaged.", place=str(self.folder))
        return half

    def has(self, cycle_id: int) -> bool:
        return self.file(cycle_id).exists()

    def destroy(self, cycle_id: int) -> None:
        """Overwrite and unlink all that is kept of the cycle; doing it again does no harm."""
        for file in (
            self.file(cycle_id),
            self.saves(cycle_id).file,
            self.noise(cycle_id),
            self.accounts(cycle_id),
        ):
            with suppress(FileNotFoundError):  # another process may be a step ahead
                with file.open("r+b") as out:
                    out.write(secrets.token_bytes(file.stat().st_size))
                    out.flush()
                    os.fsync(out.fileno())
                file.unlink()
                _sync_folder(self.folder)

    def write_note(self, text: str, *, name: str = LOG_HEAD) -> None:
        """Keep one line beside the keys, replaced at once as a whole."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self.folder / f"{name}.{secrets.token_hex(8)}"
        _write_durably(draft, text.encode())
        draft.replace(self.folder / name)

    def read_note(self, *, name: str = LOG_HEAD) -> str:
        """That line; empty when there is none or it cannot be read."""
        try:
            return (self.folder / name).read_text().strip()
        except (OSError, UnicodeDecodeError):
            return ""

    def mark(self) -> str:
        """What tells this folder from another: the same in every process that sees it.

        Empty when the folder cannot be read. The random id behind it is made once.
        """
        try:
            return hashlib.sha256(self._own_id()).hexdigest()
        except OSError:
            return ""

    def _own_id(self) -> bytes:
        return self._made_once(self.folder / "folder-id", secrets.token_bytes(HALF_BYTES))

    def _made_once(self, file: Path, content: bytes) -> bytes:
        """What `file` holds: the `content` of whoever asked first, also of several at once."""
        if not file.exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self.folder / f"{file.name}.{secrets.token_hex(8)}"
            _write_durably(draft, content)
            with suppress(FileExistsError):  # somebody else was faster: theirs counts
                os.link(draft, file)
            draft.unlink()
            _sync_folder(self.folder)
        return file.read_bytes()


def key_folder() -> KeyFolder:
    """The key folder of the current app."""
    return KeyFolder(settings().keys)


def _write_durably(file: Path, content: bytes) -> None:
    """Make `file`, readable by its owner only, and wait until the disk has it."""
    with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True, repr=False)
class CycleKeys:
    """What one cycle's two halves give: a key for finding a ballot, one for reading it."""

    cycle_id: int
    locating: bytes
    sealing: bytes

    @classmethod
    def from_halves(
        cls, cycle_id: int, stored: bytes, filed: bytes, *, promise: str = ""
    ) -> "CycleKeys":
        """Derive both keys by HKDF-SHA256 (RFC 5869) from the concatenated halves.

        `promise`, the hash that raters were shown, is part of it: under another promise
        nothing that they answered can be opened.
        """
        if len(stored) != HALF_BYTES or len(filed) != HALF_BYTES:
            raise SealBrokenError("A half of this cycle's key is damaged.")

        def derive(purpose: bytes) -> bytes:
            info = b"full-circle/" + purpose + struct.pack(">q", cycle_id) + promise.encode()
            return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(stored + filed)

        return cls(cycle_id, derive(b"locate/"), derive(b"seal/"))

    def locator(self, person_id: int) -> bytes:
        """Where a person's ballot lies: HMAC-SHA256 of the person id, cut to 16 bytes."""
        message = struct.pack(">q", person_id)
        return hmac.digest(self.locating, message, "sha256")[:LOCATOR_BYTES]

    def seal(self, locator: bytes, plain: bytes) -> bytes:
        """Encrypt `plain` (AES-256-GCM, random nonce), padded so that its length tells little."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + AESGCM(self.sealing).encrypt(nonce, pad(plain), self._bound_to(locator))

    def open_(self, locator: bytes, sealed: bytes) -> bytes:
        """Decrypt a box. Raises SealBrokenError when it was altered or lies in another's place."""
        return self.opener()(locator, sealed)

    def opener(self) -> Callable[[bytes, bytes], bytes]:
        """A function (locator, sealed) -> plain that sets up the cipher once for many boxes."""
        cipher = AESGCM(self.sealing)

        def open_one(locator: bytes, sealed: bytes) -> bytes:
            nonce, box = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
            try:
                return unpad(cipher.decrypt(nonce, box, self._bound_to(locator)))
            except (InvalidTag, ValueError):
                raise SealBrokenError(
                    "A sealed ballot was altered or exchanged; it cannot be read."
                ) from None

        return open_one

    def _bound_to(self, locator: bytes) -> bytes:
        return struct.pack(">q", self.cycle_id) + locator


def stream_from(source: bytes, purpose: bytes) -> Callable[[int], bytes]:
    """Random bytes that follow from `source` (32) and `purpose`: the same ones each time.

    AES-256 in counter mode, under HMAC-SHA256 of `purpose`. Whoever does not know `source`
    cannot tell them from others, nor those of one purpose from those of another.
    """
    key = hmac.digest(source, purpose, "sha256")
    stream = Cipher(AES(key), CTR(bytes(16))).encryptor()
    return lambda size: stream.update(bytes(size))


def pad(plain: bytes) -> bytes:
    """Length, content, zeros up to 8, 32, 128 … KiB."""
    framed = struct.pack(">I", len(plain)) + plain
    bucket = SMALLEST_BUCKET
    while bucket < len(framed):
        bucket *= BUCKET_FACTOR
    return framed.ljust(bucket, b"\0")


def unpad(padded: bytes) -> bytes:
    """What `pad` was given."""
    (length,) = struct.unpack_from(">I", padded)
    return padded[4 : 4 + length]
