"""A hub on the loopback: as much of its protocol as a download takes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

COMMIT = "0123456789abcdef0123456789abcdef01234567"
NAME = "someone/tiny"
"""A repository that tests have it serve."""
WEIGHTS = "unet/diffusion_pytorch_model.safetensors"
FAR = """
[far]
title = "Far away"
source = "someone/tiny"
family = "sd15"
steps = 2
guidance = 1.0
scheduler = "euler"
sizes_px = [64]
licence = "MIT"
"""
"""The preset of a model that is at the hub."""


@dataclass
class HubServer:
    """Serves folders as repositories. What is set here is what the next request meets."""

    repositories: dict[str, Path] = field(default_factory=dict[str, Path])
    gated: set[str] = field(default_factory=set[str])
    failing: set[str] = field(default_factory=set[str])
    """Names of files that are not given."""
    broken_after: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """By the name of a file: after how many bytes the connections for it break, one by one."""
    held_after: dict[str, int] = field(default_factory=dict[str, int])
    """By the name of a file: after how many bytes nothing comes for as long as `let_go` is not set.
    """
    holding: threading.Event = field(default_factory=threading.Event)
    """Set once one is waiting so."""
    let_go: threading.Event = field(default_factory=threading.Event)
    sizes: dict[str, int] = field(default_factory=dict[str, int])
    """By the name of a file: how large it is said to be."""
    served: list[str] = field(default_factory=list[str])
    """Names of the files that were sent, in order."""
    sent_bytes: dict[str, int] = field(default_factory=dict[str, int])
    """By the name of a file: how much of it was sent in all."""
    endpoint: str = ""

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for `path`."""
        if path.startswith("/api/models/"):
            return self._about(path.removeprefix("/api/models/").split("/revision/")[0])
        repository, _, rest = path.strip("/").partition("/resolve/")
        name = rest.partition("/")[2]
        if (refusal := self._refusal(repository)) is not None:
            return refusal
        if name in self.failing:
            return 410, {}, b""  # its client tries again, slowly, after most others
        file = self.repositories[repository] / name
        if not file.is_file():
            return 404, {"X-Error-Code": "EntryNotFound"}, b""
        body = file.read_bytes()
        etag = hashlib.sha256(body).hexdigest()
        return 200, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT}, body

    def _about(self, repository: str) -> tuple[int, dict[str, str], bytes]:
        # Anybody may read what a gated repository holds; only its files are kept back.
        if repository not in self.repositories:
            return 404, {"X-Error-Code": "RepoNotFound"}, b""
        root = self.repositories[repository]
        files = [
            {
                "rfilename": file.relative_to(root).as_posix(),
                "size": self.sizes.get(file.name, file.stat().st_size),
            }
            for file in sorted(root.rglob("*"))
            if file.is_file()
        ]
        about = {"id": repository, "sha": COMMIT, "siblings": files}
        return 200, {"Content-Type": "application/json"}, json.dumps(about).encode()

    def _refusal(self, repository: str) -> tuple[int, dict[str, str], bytes] | None:
        if repository not in self.repositories:
            return 404, {"X-Error-Code": "RepoNotFound"}, b""
        if repository in self.gated:
            return 403, {"X-Error-Code": "GatedRepo"}, b""
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: HubServer

    def do_HEAD(self) -> None:
        self._send(with_body=False)

    def do_GET(self) -> None:
        self._send(with_body=True)

    def _send(self, *, with_body: bool) -> None:
        path = self.path.partition("?")[0]
        status, headers, body = self.hub.answer(path)
        is_file = with_body and status == 200 and "/resolve/" in path
        asked = path.partition("/resolve/main/")[2] or path.rpartition(COMMIT)[2]
        if is_file:
            self.hub.served.append(asked)
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=")[:-1])
            status, body = (206 if start else 200), body[start:]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if is_file:
            self._give(asked, body)
        elif with_body:
            self.wfile.write(body)

    def _give(self, name: str, body: bytes) -> None:
        end = self.hub.broken_after[name].pop(0) if self.hub.broken_after.get(name) else len(body)
        if held := self.hub.held_after.get(name):
            self.wfile.write(body[:held])
            self.wfile.flush()
            self.hub.holding.set()
            self.hub.let_go.wait(120)
            body, end = body[held:], max(0, end - held)
        self.hub.sent_bytes[name] = self.hub.sent_bytes.get(name, 0) + len(body[:end])
        with contextlib.suppress(ConnectionError):  # whoever asked has gone
            self.wfile.write(body[:end])
            self.wfile.flush()
        if end < len(body):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextlib.contextmanager
def running_hub() -> Generator[HubServer]:
    hub = HubServer()
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        hub.endpoint = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hub
        finally:
            hub.let_go.set()
            server.shutdown()
            thread.join()
