"""The web server's files, read by nginx itself: what its log holds, and two municipalities on one machine."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.subscriptions.serving import free_port

DEPLOY = Path(__file__).parent.parent / "deploy"
HOST = {"Host": "www.kommun.example"}


def certificate(home: Path) -> None:
    """A certificate that nobody trusts, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "www.kommun.example")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1)
    )
    encoding, style = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (home / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(encoding))
    (home / "privkey.pem").write_bytes(key.private_bytes(encoding, style, serialization.NoEncryption()))


def adapted(text: str, home: Path, plain: int, secure: int) -> str:
    """A site's file with this machine's ports and folders, behind a load balancer that is ourselves."""
    text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.M)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace(
        "listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl;"
    )
    text = text.replace("# set_real_ip_from 192.0.2.10;", "set_real_ip_from 127.0.0.1;")
    text = text.replace("# real_ip_header X-Forwarded-For;", "real_ip_header X-Forwarded-For;")
    text = re.sub(r"/srv/\w+/site", f"{home}/site", text).replace("/var/log/nginx", str(home))
    return re.sub(r"/etc/(?:ssl/kommun|\w+)/(?=fullchain|privkey|redirects)", f"{home}/", text)


GUIDE = (DEPLOY.parent / "docs" / "drift.md").read_text(encoding="utf-8")
INSTALLED = dict(re.findall(r"cp (deploy/\S+) /etc/nginx/conf\.d/(\S+)", GUIDE))
"""What each file is called among nginx's own, which are read in the order of their names."""


class Nginx:
    """nginx with the site's own file under its name in the manual, on ports of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.plain, self.secure = free_port(), free_port()
        certificate(home)
        (home / "site").mkdir()
        (home / "site" / "index.html").write_text("<p>hej</p>", encoding="utf-8")
        (home / "site" / "404.html").write_text("<p>finns inte</p>", encoding="utf-8")
        self.process: subprocess.Popen[bytes]
        self.sites = [adapted((DEPLOY / "nginx.conf").read_text("utf-8"), home, self.plain, self.secure)]

    def command(self, *words: str) -> list[str]:
        (self.home / "mime.types").write_text("types { text/html html; text/plain txt; }", encoding="utf-8")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        http = [f"{kind}_temp_path {self.home}/{kind};" for kind in kinds]
        folder = self.home / "conf.d"
        folder.mkdir(exist_ok=True)
        shutil.copy(DEPLOY / "nginx-map-hash.conf", folder / INSTALLED["deploy/nginx-map-hash.conf"])
        for name, site in zip((INSTALLED["deploy/nginx.conf"], "annan.conf"), self.sites, strict=False):
            (folder / name).write_text(site, encoding="utf-8")
        http += ["access_log off;", f"include {folder}/*.conf;"]
        user = "user root;" if os.geteuid() == 0 else ""  # the test's folder is nobody else's
        start = f"{user} daemon off; pid {self.home}/pid; error_log {self.home}/start.log; events {{}}"
        file = self.home / "nginx.conf"
        file.write_text("\n".join([start, "http {", *http, "}"]), encoding="utf-8")
        return ["nginx", "-p", str(self.home), "-c", str(file), *words]

    def log(self) -> list[str]:
        return (self.home / "access.log").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Nginx]:
    if shutil.which("nginx") is None:
        pytest.skip("nginx saknas")
    tmp_path.chmod(0o755)
    server = Nginx(tmp_path)
    process = server.process = subprocess.Popen(server.command(), stderr=subprocess.PIPE)
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{server.plain}/", headers=HOST)
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        assert process.poll() is None, process.communicate()[1].decode()
        while not server.log() and time.monotonic() < until:  # it is written after the answer
            time.sleep(0.02)
        (server.home / "access.log").write_text("", encoding="utf-8")
        yield server
    finally:
        process.terminate()
        process.communicate(timeout=30)


SHORTENED = {
    "192.0.2.77": "192.0.2.0",
    "2001:db8:1234:5678::9": "2001:db8::",
    "2001:db8::1": "2001:db8::",
    "2001::7": "2001::",
    "::1": "-",
}


def test_the_log_holds_no_whole_address_and_no_words_searched_for(nginx: Nginx) -> None:
    with httpx.Client(base_url=f"https://127.0.0.1:{nginx.secure}", headers=HOST, verify=False) as client:
        for address in SHORTENED:
            referring = {"X-Forwarded-For": address, "Referer": "https://elsewhere.example/sok?q=hemligt"}
            assert client.get("/?q=min+sjukdom", headers=referring).status_code == 200
        client.get("/finns-inte/?q=hemligt", headers={"X-Forwarded-For": "192.0.2.77"})
    lines = nginx.log()
    assert [line.split(" ")[0] for line in lines] == [*SHORTENED.values(), "192.0.2.0"]
    assert [line.split('"')[1] for line in lines] == ["GET / HTTP/1.1"] * 5 + ["GET /finns-inte/ HTTP/1.1"]
    assert not [line for line in lines if "hemligt" in line or "sjukdom" in line or "192.0.2.77" in line]
    assert "192.0.2.77" not in (nginx.home / "error.log").read_text(encoding="utf-8")


def test_a_signed_link_stands_in_no_log_not_even_that_of_the_way_to_https(nginx: Nginx) -> None:
    link = "/prenumerera/hantera/1-0-abc-hemligt"
    moved = httpx.get(f"http://127.0.0.1:{nginx.plain}{link}", headers=HOST)
    assert (moved.status_code, moved.headers["Location"]) == (301, f"https://www.kommun.example{link}")
    away = httpx.get(f"https://127.0.0.1:{nginx.secure}{link}", headers=HOST, verify=False)
    assert away.status_code == 503
    for odd in (
        f"{link}/.x",
        f"{link}.cap.xml",
        "/%70renumerera/hantera/hemligt",
        "//prenumerera//s/hemligt",
    ):
        httpx.get(f"https://127.0.0.1:{nginx.secure}{odd}", headers=HOST, verify=False)
        httpx.get(f"http://127.0.0.1:{nginx.plain}{odd}", headers=HOST)
    assert httpx.get(f"http://127.0.0.1:{nginx.plain}/amnen/", headers=HOST).status_code == 301
    logged = "\n".join(path.read_text("utf-8") for path in nginx.home.glob("*.log"))
    assert "hemligt" not in logged
    assert "GET /amnen/" in logged


def test_security_txt_is_served_as_text(nginx: Nginx) -> None:
    folder = nginx.home / "site" / ".well-known"
    folder.mkdir()
    (folder / "security.txt").write_text("Contact: mailto:säkerhet@kommun.example\n", encoding="utf-8")
    address = f"https://127.0.0.1:{nginx.secure}/.well-known/security.txt"
    answer = httpx.get(address, headers=HOST, verify=False)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; charset=utf-8")


# -- addresses that have gone, or are written in other capitals ---------------------------------------------

MAP = """/gamla%20sidan/ 301 /tjanster/bygglov/
/förskola/ 410 -
/filer/gammal%20taxa.pdf/ 301 /filer/%C3%85r%202026/Taxa.PDF
"""
ANSWERS = {
    "/tjanster/bygglov/": (200, ""),
    "/Tjanster/BYGGLOV/?a=b": (301, "/tjanster/bygglov/?a=b"),
    "/Tjanster/bygglov": (301, "/tjanster/bygglov/"),
    "/filer/%C3%85r%202026/taxa.pdf": (301, "/filer/%C3%85r%202026/Taxa.PDF"),
    "/filer/%C3%85r%202026/Taxa.PDF": (200, ""),
    "/gamla%20sidan/": (301, "/tjanster/bygglov/"),
    "/Gamla%20Sidan": (301, "/tjanster/bygglov/"),
    "/f%C3%B6rskola/": (410, ""),
    "/filer/gammal%20taxa.pdf": (301, "/filer/%C3%85r%202026/Taxa.PDF"),
    "/Finns/Inte/": (404, ""),
    "/finns-inte/": (404, ""),
}
"""Asked for → status and where to; what follows `?` is nginx's to keep, and left out for Caddy."""


def site_with_addresses(home: Path, server: str) -> None:
    """A page, a file and a map of what has gone, as the script gives them to a web server."""
    site, tools = home / "site", home / "tools"
    for path in ("tjanster/bygglov/index.html", "filer/År 2026/Taxa.PDF"):
        (site / path).parent.mkdir(parents=True)
        (site / path).write_text("hej", encoding="utf-8")
    (site / "redirects.map").write_text(MAP, encoding="utf-8")
    tools.mkdir()
    for name in ("systemctl", "nginx"):
        (tools / name).write_text("#!/bin/sh\n", encoding="utf-8")
        (tools / name).chmod(0o755)
    target = home / f"redirects.{server}.conf"
    environment = {"PATH": f"{tools}:{os.environ['PATH']}"}
    subprocess.run([str(DEPLOY / "redirects"), server, str(site), str(target)], check=True, env=environment)


def test_nginx_leads_on_from_old_addresses_and_from_other_capitals(nginx: Nginx) -> None:
    site_with_addresses(nginx.home, "nginx")
    nginx.process.send_signal(signal.SIGHUP)
    with httpx.Client(base_url=f"https://127.0.0.1:{nginx.secure}", headers=HOST, verify=False) as client:
        until = time.monotonic() + 30
        while client.get("/gamla%20sidan/").status_code != 301 and time.monotonic() < until:
            time.sleep(0.05)
        found = {path: client.get(path) for path in ANSWERS}
    told = {
        path: (one.status_code, re.sub(r"https://[^/]*", "", one.headers.get("Location", "")))
        for path, one in found.items()
    }
    assert told == ANSWERS


def test_caddy_leads_on_from_old_addresses_and_from_other_capitals(tmp_path: Path) -> None:
    if shutil.which("caddy") is None:
        pytest.skip("caddy saknas")
    (tmp_path / "site").mkdir()
    site_with_addresses(tmp_path, "caddy")
    (tmp_path / "site" / "404.html").write_text("<p>finns inte</p>", encoding="utf-8")
    port, text = free_port(), (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    text = text.replace("www.kommun.example {", f"http://127.0.0.1:{port} {{").replace(
        "/srv/medborgarfokus/site", f"{tmp_path}/site"
    )
    text = "{\n\tadmin off\n\tauto_https off\n}\n" + text.replace("/etc/medborgarfokus/", f"{tmp_path}/")
    file = tmp_path / "Caddyfile"
    file.write_text(text, encoding="utf-8")
    home = os.environ | {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    process = subprocess.Popen(
        ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"], stderr=subprocess.PIPE, env=home
    )
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            try:
                httpx.get(f"http://127.0.0.1:{port}/")
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        assert process.poll() is None, process.communicate()[1].decode()
        found = {path: httpx.get(f"http://127.0.0.1:{port}{path}") for path in ANSWERS}
    finally:
        process.terminate()
        process.communicate(timeout=30)
    told = {path: (one.status_code, one.headers.get("Location", "")) for path, one in found.items()}
    assert told == {path: (status, to.partition("?")[0]) for path, (status, to) in ANSWERS.items()}


# -- more municipalities ----------------------------------------------------------------------------------


def instance(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    given = words or ("nynas", "www.nynas.example", "8002", "911")
    return subprocess.run([DEPLOY / "instance", *given, folder], capture_output=True, text=True, check=False)


def test_a_second_municipality_shares_no_user_folder_port_or_unit_with_the_first(tmp_path: Path) -> None:
    assert instance(tmp_path).returncode == 0
    texts = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.iterdir()}
    assert {
        "nynas-web.service",
        "nynas-worker@.service",
        "nynas-build.timer",
        "nynas.sysusers.conf",
    } <= texts.keys()
    shared = re.compile(
        r"medborgarfokus|kommun\.example/|:8001|:8024|\b910|\bsite-build\b|\bsubscriptions-(web|worker|bounces)\b"
    )
    for name, text in texts.items():
        if name not in ("subscriptions.env", "site.yml"):  # addresses that the operator fills in
            assert not shared.search(text.replace("Medborgarfokus", "")), name
    units = {path.name for kind in ("service", "socket", "timer") for path in DEPLOY.glob(f"*.{kind}")}
    named = {re.sub("^(subscriptions|medborgarfokus|site)-", "nynas-", unit) for unit in units}
    assert named <= texts.keys()
    assert units.isdisjoint(texts)
    wanted = [unit for text in texts.values() for unit in re.findall(r"\bnynas-[a-z]+\.socket", text)]
    assert set(wanted) == {"nynas-web.socket"}
    assert "BOUNCE_LMTP=127.0.0.1:8025" in texts["subscriptions.env"]
    assert "/srv/nynas/data" in texts["subscriptions.env"]


@pytest.mark.parametrize(
    "words",
    [
        ("medborgarfokus", "www.nynas.example", "8002", "911"),
        ("Nynäs", "www.nynas.example", "8002", "911"),
        ("ny/../../etc", "www.nynas.example", "8002", "911"),
        ("nynas", "www.nynas.example; include /etc/shadow", "8002", "911"),
        ("nynas", "www.nynas.example", "8001", "911"),
        ("nynas", "www.nynas.example", "8024", "911"),
        ("nynas", "www.nynas.example", "80", "911"),
        ("nynas", "www.nynas.example", "70000", "911"),
        ("nynas", "www.nynas.example", "9112", "911"),
        ("nynas", "www.nynas.example", "9090", "911"),
        ("nynas", "www.nynas.example", "8002", "910"),
        ("nynas", "www.nynas.example", "8002", "9110"),
        ("nynas", "www.nynas.example", "8002", "100"),
        ("nynas", "www.nynas.example", "", "911"),
        ("nynas", "www.nynas.example", "8002"),
    ],
)
def test_names_that_would_clash_or_break_out_are_refused(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert instance(tmp_path / "none", *words).returncode == 2
    assert not (tmp_path / "none").exists()


def test_nginx_serves_two_municipalities_each_with_its_own_redirects(nginx: Nginx, tmp_path: Path) -> None:
    assert instance(tmp_path / "second").returncode == 0
    text = (tmp_path / "second" / "nginx.conf").read_text(encoding="utf-8")
    nginx.sites.append(adapted(text, tmp_path, free_port(), free_port()))
    proof = subprocess.run(nginx.command("-t"), capture_output=True, text=True, check=False)
    assert proof.returncode == 0, proof.stderr
    assert "conflicting" not in proof.stderr
    variables = [
        set(re.findall(r"\$(?:\w+_)?(?:moved|named|cache|open|network|asked)\b", site))
        for site in nginx.sites
    ]
    assert variables[0].isdisjoint(variables[1])
