"""The samples for Caddy and nginx, run as they are but for names and ports: the real webhook over TLS, on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from scoring.replacing import replace
from tests.e2e.conftest import SECRET, Stage
from tests.e2e.player import act
from tests.support import PATIENCE
from tests.support.process import free_port

DEPLOY = Path(__file__).parents[2] / "docs/deploy"
SAMPLES = {"caddy": "Caddyfile", "nginx": "nginx.conf"}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A folder with a certificate for localhost and its key."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl here")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        " -subj /CN=localhost -addext subjectAltName=DNS:localhost"
        f" -keyout {tmp_path}/privkey.pem -out {tmp_path}/fullchain.pem"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    return tmp_path


def fitted(sample: str, folder: Path, port: int, behind: int) -> str:
    """The sample with our certificate, name and ports in the place of the example's."""
    text = (DEPLOY / sample).read_text(encoding="utf-8")
    assert "127.0.0.1:8443" in text
    text = text.replace("127.0.0.1:8443", f"127.0.0.1:{behind}")
    if sample == "Caddyfile":
        tls = f"\ttls {folder}/fullchain.pem {folder}/privkey.pem\n"
        text = text.replace("ham.example.go.id {\n", f"https://localhost:{port} {{\n{tls}")
        return "{\n\tadmin off\n\tauto_https disable_redirects\n\tskip_install_trust\n}\n" + text
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    text = text.replace("ham.example.go.id", "localhost").replace("/etc/ssl/ham", str(folder))
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; pid {folder}/pid; error_log stderr;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}{text}}}\n"
    )


@contextlib.asynccontextmanager
async def proxy(program: str, folder: Path, port: int, behind: int) -> AsyncIterator[None]:
    """Run the program by its sample until it listens, and end it afterwards."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    if path is None:
        pytest.skip(f"no {program} here")
    file = folder / SAMPLES[program]
    file.write_text(fitted(file.name, folder, port, behind), encoding="utf-8")
    words = {
        "caddy": ("run", "--config", str(file), "--adapter", "caddyfile"),
        "nginx": ("-p", str(folder), "-e", "stderr", "-c", str(file)),
    }
    process = await asyncio.create_subprocess_exec(
        path, *words[program], env={"HOME": str(folder), "XDG_DATA_HOME": str(folder)},
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE):
            while process.returncode is None:
                with contextlib.suppress(OSError):
                    _, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.close()
                    break
                await asyncio.sleep(0.05)
        assert process.returncode is None, (await process.communicate())[1].decode()
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@pytest.mark.parametrize("program", SAMPLES)
async def test_the_webhook_works_behind_a_proxy_over_tls(
    stage: Stage, certificate: Path, program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, config = free_port(), stage.config
    url = f"https://localhost:{port}/webhook"
    stage.webhook = True
    given = replace(config(), webhook_url=url)
    monkeypatch.setattr(stage, "config", lambda: given)
    trusting = ssl.create_default_context(cafile=certificate / "fullchain.pem")
    async with (
        proxy(program, certificate, port, stage.port),
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session,
    ):
        stage.server.pusher._session = session  # Telegram, which trusts our certificate
        async with stage.running():
            siti = await stage.joined("Suku Dinas Kesehatan", "Siti")
            await act(siti, "/lanjut")
            assert stage.server.bot.webhook["url"] == url
            assert stage.server.bot.webhook_error is None
            good = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            for address, headers, status in (
                (url, {}, 403),
                (url, good, 400),
                (url.replace("/webhook", "/"), good, 404),
                (url.replace("/webhook", "/webhook/x"), good, 404),
            ):
                async with session.post(address, data=b"{}", headers=headers) as response:
                    assert response.status == status, address
