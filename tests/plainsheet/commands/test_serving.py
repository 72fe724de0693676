"""`plainsheet serve`: the page of a text as it is, for this machine alone."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from exports.page.document import Served
from exports.page.page import page_of_problems
from plainsheet.commands.serving import HOST, Live, server
from tests.command_line import COMMAND, ended, heed_interrupts, run
from tests.oracles.chromium import opened
from tests.toys.lemonade import TOY
from tests.toys.power import PRICES, write


@contextmanager
def served(path: Path) -> Iterator[int]:
    """Serve a page, and give the port."""
    with server(Live(path), 0) as found:
        thread = Thread(target=found.serve_forever, daemon=True)
        thread.start()
        yield found.server_port
        found.shutdown()
        thread.join()


def ask(port: int, path: str = "/", **headers: str) -> tuple[int, str]:
    connection = HTTPConnection(HOST, port, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def test_the_page_follows_the_text(here: Path) -> None:
    path = here / "lemonade.toml"
    with served(path) as port:
        status, page = ask(port)
        assert (status, "Lemonade" in page, 'id="problems"' in page) == (200, True, False)
        first = ask(port, "/version")
        assert f'data-version="{first[1]}"' in page
        assert ask(port, "/version") == first
        path.write_text(TOY.replace('"Lemonade"', '"Limonade"'))
        assert ask(port, "/version") != first
        assert "Limonade" in ask(port)[1]


def test_the_page_follows_the_data_files(tmp_path: Path) -> None:
    path = write(tmp_path)
    with served(path) as port:
        first = ask(port, "/version")
        assert 'id="problems"' not in ask(port)[1]
        (tmp_path / "data" / "prices.csv").write_text(PRICES.replace("41.5", "45"))
        assert ask(port, "/version") != first
        assert "is not the file that the model was written for" in ask(port)[1]


def test_what_is_wrong_stands_above_the_last_page(here: Path) -> None:
    path = here / "lemonade.toml"
    with served(path) as port:
        ask(port)
        path.write_text(TOY.replace("(1 - share)", "(1 - shore)"))
        page = ask(port)[1]
        assert "did you mean" in page
        assert "shore" in page
        assert "data-cell" in page
        path.unlink()
        assert "No such file" in ask(port)[1]
        path.write_text(TOY)
        assert 'id="problems"' not in ask(port)[1]


def test_a_text_that_never_held_has_its_problems_alone(here: Path) -> None:
    (here / "lemonade.toml").write_text("[model\n")
    with served(here / "lemonade.toml") as port:
        status, page = ask(port)
        assert (status, "lemonade.toml:1" in page, "data-cell=" in page) == (200, True, False)


def test_what_is_told_is_text() -> None:
    page = page_of_problems("<i>.toml", Served('"><b>', "<script>"))
    assert "<i>" not in page
    assert "<b>" not in page
    assert page.count("<script>") == 1


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": "127.0.0.1"}, {"Origin": "http://evil.example"}, {"Origin": "null"}]
)
def test_nobody_else_is_answered(here: Path, headers: dict[str, str]) -> None:
    with served(here / "lemonade.toml") as port:
        status, text = ask(port, **headers)
        assert (status, "Lemonade" in text) == (403, False)
        assert ask(port, Origin=f"http://localhost:{port}")[0] == 200
        assert ask(port, "/../lemonade.toml")[0] == 404


def test_a_port_that_is_taken_is_told(here: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        result = run("serve", here / "lemonade.toml", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "cannot be had" in result.output
    assert "--port 0" in result.output


def test_it_ends_with_ctrl_c(here: Path) -> None:
    command = [*COMMAND, "serve", str(here / "lemonade.toml"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          preexec_fn=heed_interrupts) as process:  # fmt: skip  # noqa: PLW1509  # no threads run here
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, problems = ended(process)
    assert line.startswith(f"{here / 'lemonade.toml'}: http://127.0.0.1:")
    assert (process.returncode, problems) == (0, "")


@pytest.mark.slow
@pytest.mark.chromium
def test_a_browser_shows_the_text_as_soon_as_it_is_saved(here: Path) -> None:
    with served(here / "lemonade.toml") as port, opened("<p>elsewhere</p>") as page:
        browser = page.context.browser
        assert browser is not None
        shown = browser.new_page()
        trouble: list[str] = []
        shown.on("console", lambda message: trouble.append(message.text))
        shown.goto(f"http://{HOST}:{port}/")
        (here / "lemonade.toml").write_text(TOY.replace('"Lemonade"', '"Limonade"'))
        expect(shown).to_have_title("Limonade", timeout=30_000)
        shown.close()
        assert not trouble
