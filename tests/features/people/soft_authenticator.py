"""A passkey made of software: what a device answers to a site, with every part to be bent."""

import base64
import hashlib
import json
import os
import struct

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN = "https://review.example.com"
USER_PRESENT, ATTESTED = 0x01, 0x40


def text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SoftPasskey:
    """A key pair that answers for one site, as browsers ask it to."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.uses = 0

    def make(self, options, *, origin=ORIGIN):
        """What a browser answers when it is asked to make a passkey."""
        said = json.loads(options)
        numbers = self.key.public_key().public_numbers()
        sides = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        public = cbor2.dumps({1: 2, 3: -7, -1: 1} | sides)
        length = struct.pack(">H", len(self.credential_id))
        attested = bytes(16) + length + self.credential_id + public
        data = self._data(said["rp"]["id"], USER_PRESENT | ATTESTED) + attested
        box = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", said["challenge"], origin)
        return self._answer({"clientDataJSON": text(client), "attestationObject": text(box)})

    def use(self, options, *, origin=ORIGIN):
        """What a browser answers when it is asked to use one."""
        said = json.loads(options)
        data = self._data(said["rpId"], USER_PRESENT)
        client = self._client("webauthn.get", said["challenge"], origin)
        signed = data + hashlib.sha256(client).digest()
        signature = self.key.sign(signed, ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": text(client),
                "authenticatorData": text(data),
                "signature": text(signature),
            }
        )

    def _data(self, site, flags):
        self.uses += 1
        return hashlib.sha256(site.encode()).digest() + struct.pack(">BI", flags, self.uses)

    def _client(self, kind, challenge, origin):
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def _answer(self, response):
        name = text(self.credential_id)
        said = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(said | {"clientExtensionResults": {}})
