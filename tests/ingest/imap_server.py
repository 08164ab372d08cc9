"""A real IMAP server (pymap) on loopback, with TLS, whose connections can be cut."""

import asyncio
import socket
import ssl
import threading
from argparse import Namespace
from collections.abc import Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from proxyprotocol.sock import SocketInfoLocal
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.user import Passwords, UserMetadata

from tests.conftest import TEMPORARY

USER = "webcare@rivierstad.example"


class ImapServer:
    """Serves one user. `cut` ends every connection after so many more bytes; `was_cut` tells that it came so far."""

    def __init__(self, password: str, starttls: bool = False) -> None:
        self.cut: int | None = None
        self.was_cut = False
        self.told = bytearray()
        self._starttls = starttls
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.port = self.run(self._start(password))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def put(self, mail: bytes, received: datetime, folder: str = "INBOX") -> None:
        """Deliver a mail."""
        self.run(self._put(mail, received, folder))

    def take_away(self, position: int) -> None:
        """Remove a mail from INBOX by its place, from 0 on, as somebody who files it does."""
        self.run(self._take_away(position))

    def renumber(self) -> None:
        """Lose all mails and folders; what is put from now on has numbers that mean something else."""
        self.backend.config.set_cache.clear()

    def flags(self) -> list[Any]:
        """The flags of each mail in INBOX."""
        found: list[Any] = self.run(self._flags())
        return found

    def set_password(self, password: str) -> None:
        self.run(self._set_password(password))

    async def _start(self, password: str) -> int:
        certificate, key = authority()
        about = {"host": None, "port": "0", "cert": str(certificate), "key": str(key), "tls": self._starttls, "proxy_protocol": None}
        more = {"passlib_cfg": None, "demo_data": False, "demo_user": USER, "demo_password": password, "debug": False}
        self.backend, config = await DictBackend.init(Namespace(**about, **more, inherited_sockets=None), invalid_user_sleep=0.0)
        config.apply_context()
        await self._mailbox("Verzonden")
        secure = None
        if not self._starttls:
            secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            secure.load_cert_chain(certificate, key)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=secure)
        return int(self._server.sockets[0].getsockname()[1])

    async def _stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.backend.config.apply_context()
        limited: Any = _Limited(self, writer)
        try:
            await IMAPServer(self.backend.login, self.backend.config)(reader, limited, SocketInfoLocal(writer))
        except (EOFError, OSError):
            writer.close()

    async def _mailbox(self, folder: str) -> Any:
        async with self.backend.login.demo_user_identity.new_session() as session:
            mailboxes = session.mailbox_set
        if folder not in [entry.name for entry in (await mailboxes.list_mailboxes()).list()] and folder != "INBOX":
            await mailboxes.add_mailbox(folder)
        return await mailboxes.get_mailbox(folder)

    async def _put(self, mail: bytes, received: datetime, folder: str) -> None:
        await (await self._mailbox(folder)).append(AppendMessage(mail, received, frozenset()))

    async def _take_away(self, position: int) -> None:
        mailbox = await self._mailbox("INBOX")
        await mailbox.delete([[message.uid async for message in mailbox.messages()][position]])

    async def _flags(self) -> list[Any]:
        mailbox = await self._mailbox("INBOX")
        return [message.permanent_flags async for message in mailbox.messages()]

    async def _set_password(self, password: str) -> None:
        config = self.backend.config
        hashed = await Passwords(config).hash_password(password)
        self.backend.login.users_dict[USER] = UserMetadata(config, USER, password=hashed)


class _Limited:
    """A writer that counts."""

    def __init__(self, server: ImapServer, writer: asyncio.StreamWriter) -> None:
        self._server = server
        self._writer = writer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writer, name)

    def write(self, data: bytes) -> None:
        server = self._server
        server.told += data
        if server.cut is not None:
            server.cut -= len(data)
            if server.cut <= 0:
                server.was_cut = True
                self._writer.write(bytes(data)[: max(len(data) + server.cut, 0)])
                self._writer.transport.close()
                return
        self._writer.write(data)


class Scripted:
    """A server that says what it is told to, for what pymap does not do: it notes what it hears, and serves one connection."""

    def __init__(self, replies: Mapping[str, str]) -> None:
        self.heard: list[str] = []
        self._replies = replies
        certificate, key = authority()
        self._secure = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._secure.load_cert_chain(certificate, key)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        plain, _ = self._listening.accept()
        with self._secure.wrap_socket(plain, server_side=True) as connection, connection.makefile("rwb", 0) as line:
            line.write(b"* OK hallo\r\n")
            while heard := line.readline().decode().strip():
                self.heard.append(heard)
                tag, _, command = heard.partition(" ")
                reply = next((reply for start, reply in self._replies.items() if command.startswith(start)), "{tag} OK klaar")
                line.write("".join(f"{part}\r\n" for part in reply.replace("{tag}", self._tag(tag)).split("|")).encode())

    def _tag(self, tag: str) -> str:
        """What continues a command carries no tag of its own."""
        return next((heard.split()[0] for heard in reversed(self.heard) if " " in heard), tag)


@lru_cache
def authority() -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and its key: made once a run."""
    folder, key = Path(mkdtemp(dir=TEMPORARY.name)), ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")]), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=2))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return folder / "certificate.pem", folder / "key.pem"
