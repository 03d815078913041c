"""Runs onrecord for someone who tries it: the service in this checkout, with its seed loaded.

    run.py [--port 8000] [--data-dir .onrecord]      --port 0 takes a free one

It starts `onrecord serve`, has `onrecord seed` wait for it and load the seed timeline (twice
changes nothing), prints where to look, and stays until the service ends or a signal asks it to:
then the service is told once, orderly, and waited for. Exit codes: 0 stopped when asked, else
the code of what failed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path

ONRECORD = Path(sys.executable).with_name("onrecord")
HOST = "127.0.0.1"
MOST_PORTS = 65_535
READY_WITHIN = 60  # seconds that the seed waits for the service
REFUSED = 1  # the exit code of a command whose answer is no


def is_taken(port: int) -> bool:
    """Whether something listens on that port already. Checked first, because otherwise the seed
    would go to it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def port_of(text: str) -> int:
    """A port from the command line; for 0 one that is free now. The seed and the link need the
    port, so the service is told which, instead of choosing one."""
    port = int(text)
    if not 0 <= port <= MOST_PORTS:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {MOST_PORTS}, 0 a free one")
    if port:
        return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def stop(process: Process) -> None:
    """Asks the process to end, unless it has ended.

    `process.terminate()` is not used: it checks first whether the child has ended, and so takes its
    exit code away from the loop that waits for it.
    """
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGTERM)


async def sign_in_link(url: str, data_dir: Path) -> str:
    """A link that signs a browser in, once and within ten minutes; if there is none, the reason."""
    made = await asyncio.create_subprocess_exec(
        *(ONRECORD, "sign-in", "--url", url, "--data-dir", data_dir, "--json"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await made.communicate()
    return str(json.loads(out)["link"]) if made.returncode == 0 else err.decode().strip()


def say(url: str, data_dir: Path, link: str) -> None:
    """Prints where to look, and how to write."""
    key = f'-H "Authorization: Bearer $(cat {data_dir / "owner.key"})"'
    print(
        f"\nonrecord is running.\n"
        f"  page   {url}/t/kursk\n"
        f"  docs   {url}/docs\n"
        f"  try    curl '{url}/v1/timelines/kursk/statements?limit=3'\n"
        f"  write  curl -X PUT {url}/v1/timelines/mine {key} \\\n"
        f"           -H 'Content-Type: application/json' -d '{{\"title\": \"Mine\"}}'\n"
        f"  sign in, once and within ten minutes (onrecord sign-in makes another link)\n"
        f"         {link}\n"
        f"  stop   Ctrl-C\n",
        flush=True,
    )


def complain(sentence: str) -> None:
    print(f"onrecord: {sentence}", file=sys.stderr, flush=True)


async def load_seed(url: str, data_dir: Path, ended: asyncio.Event) -> int | None:
    """Loads the seed once the service is ready; returns the exit code, None if the service ended.

    `onrecord seed` waits for the service itself; this only prevents it from waiting for a service
    that has ended.
    """
    seed = await asyncio.create_subprocess_exec(
        *(ONRECORD, "seed", "--url", url, "--data-dir", data_dir, "--wait", str(READY_WITHIN))
    )
    seeded = asyncio.create_task(seed.wait())
    gone = asyncio.create_task(ended.wait())
    await asyncio.wait((seeded, gone), return_when=asyncio.FIRST_COMPLETED)
    gone.cancel()
    if seeded.done():
        return seeded.result()
    stop(seed)
    await seeded
    return None


async def run(port: int, data_dir: Path) -> int:
    """Serves until the service ends or a signal comes; returns the exit code."""
    url = f"http://{HOST}:{port}"
    asked, ended = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, asked.set)
    server = await asyncio.create_subprocess_exec(
        ONRECORD, "serve", "--host", HOST, "--port", str(port), "--data-dir", data_dir
    )

    async def watch_server() -> int:
        code = await server.wait()
        ended.set()
        return code

    async def watch_signals() -> None:
        # A terminal's Ctrl-C reaches the service as well. An additional SIGTERM is harmless, but a
        # second SIGINT would interrupt its orderly end.
        await asked.wait()
        stop(server)

    watch = asyncio.create_task(watch_server())
    signals = asyncio.create_task(watch_signals())
    seed_code = await load_seed(url, data_dir, ended)
    if seed_code == 0:
        say(url, data_dir, await sign_in_link(url, data_dir))
    elif seed_code == REFUSED and not asked.is_set():
        complain("the seed was refused, for the reason above; the service runs on without it.")
    elif seed_code is not None and not asked.is_set():
        complain(f"the seed could not be loaded (exit code {seed_code}); stopping the service.")
        stop(server)
        await watch
        return exit_code(seed_code)
    code = await watch
    if asked.is_set():
        await signals
        return 0
    signals.cancel()
    complain(f"the service ended by itself (exit code {code}); its reason is above.")
    return exit_code(code) or 1


def exit_code(code: int) -> int:
    """A child's exit code as a shell would give it: 128 and the signal that ended it."""
    return code if code >= 0 else 128 - code


def main() -> int:
    parser = argparse.ArgumentParser(description="Run onrecord with its seed loaded.")
    parser.add_argument("--port", type=port_of, default=8000)
    parser.add_argument("--data-dir", type=Path, default=Path(".onrecord"))
    options = parser.parse_args()
    if is_taken(options.port):
        complain(
            f"port {options.port} is taken. Stop what listens there, or take another one: "
            "make run PORT=0"
        )
        return 1
    return asyncio.run(run(options.port, options.data_dir))


if __name__ == "__main__":
    raise SystemExit(main())
