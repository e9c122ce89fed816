import signal
import socket
import subprocess
import sys

import pytest

BOT = "import os; print(os.environ['T'], os.environ['U'], flush=True)"


def playground(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "playground", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def taken_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_child_gets_token_and_address_and_its_exit_code_is_passed_on() -> None:
    bot = f"{BOT}; raise SystemExit(3)"

    process = playground(
        "--port", "0", "--token-env", "T", "--url-env", "U", "--", sys.executable, "-c", bot
    )
    out, err = process.communicate(timeout=20)

    url = out.splitlines()[0].split()[-1]
    token, given = out.splitlines()[1].split()
    assert token.count(".") == 2
    assert given == url
    assert "exit code 3" in err
    assert process.returncode == 3


def test_the_child_gets_another_token_at_every_start() -> None:
    command = ("--port", "0", "--token-env", "T", "--url-env", "U", "--", sys.executable, "-c", BOT)

    printed = [playground(*command).communicate(timeout=20)[0] for _ in range(2)]

    first, second = [out.splitlines()[1].split()[0] for out in printed]
    assert first != second


def test_a_bot_that_a_signal_ended_is_told_so() -> None:
    bot = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    process = playground("--port", "0", "--", sys.executable, "-c", bot)
    _, err = process.communicate(timeout=20)

    assert "signal 9" in err
    assert process.returncode == 137


def test_the_next_free_port_is_taken(taken_port: int) -> None:
    bot = f"{BOT}"

    process = playground(
        *("--port", str(taken_port), "--token-env", "T", "--url-env", "U"),
        *("--", sys.executable, "-c", bot),
    )
    out, _ = process.communicate(timeout=20)

    assert int(out.split()[-1].rpartition(":")[2]) > taken_port


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_both(number: signal.Signals) -> None:
    bot = "import signal, time; print('up', flush=True); signal.pause()"
    process = playground("--port", "0", "--", sys.executable, "-c", bot)
    assert process.stdout is not None
    while process.stdout.readline() != "up\n":
        pass

    process.send_signal(number)
    _, err = process.communicate(timeout=20)

    assert process.returncode == 0
    assert "Traceback" not in err.replace("KeyboardInterrupt", "")


def test_a_command_that_is_not_there_is_named() -> None:
    process = playground("--port", "0", "--", "/no/such/bot")
    _, err = process.communicate(timeout=20)

    assert process.returncode == 127
    assert "/no/such/bot" in err
