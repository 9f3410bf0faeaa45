"""Firefox, as its own protocol drives it (Marionette): a socket, and messages `length:[0, number, command, parameters]`.

    with Firefox(path) as firefox:
        firefox.open("file:///tmp/lab.html")
        firefox.run("return document.title")

No driver is needed for what a smoke test asks: open, run a function in the page, press, drag, type, and read what the console says.
"""

from __future__ import annotations

import json
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import Any

PREFERENCES = {
    "marionette.port": 0,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "services.settings.server": "data:,",
}
OF_PAGE = """
const read = one => { try { one.QueryInterface(Ci.nsIScriptError); return one; } catch { return null; } };
const found = Services.console.getMessageArray().map(read).filter(one => one && !(one.flags & Ci.nsIScriptError.warningFlag));
return found.filter(one => one.sourceName.startsWith("file:") || one.sourceName.startsWith("about:")).map(one => one.errorMessage);
"""


class Firefox:
    """A browser without a window, with a profile of its own."""

    def __init__(self, path: str, width: int = 1400, height: int = 900) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="wxb-firefox-", ignore_cleanup_errors=True)
        profile = Path(self.folder.name)
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
        (profile / "user.js").write_text("\n".join(lines))
        size = [f"--width={width}", f"--height={height}"]
        self.process = subprocess.Popen(
            [path, "--headless", "--marionette", "--remote-allow-system-access", "--profile", str(profile), *size],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.numbers = count(1)
        try:
            self.socket = socket.create_connection(("127.0.0.1", self._port(profile)), timeout=60)
            self._read()  # who it is
            self.ask("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"acceptInsecureCerts": False}}})
        except BaseException:
            self.close()
            raise

    def _port(self, profile: Path) -> int:
        """Written into the profile once it listens."""
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                return int((profile / "MarionetteActivePort").read_text())
            except (OSError, ValueError):
                time.sleep(0.1)
        raise RuntimeError("Firefox does not listen")

    def _read(self) -> Any:
        digits = b""
        while not digits.endswith(b":"):
            digits += self._some(1)
        return json.loads(self._some(int(digits[:-1])))

    def _some(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            part = self.socket.recv(size - len(got))
            if not part:
                raise RuntimeError("Firefox has gone")
            got += part
        return got

    def ask(self, command: str, parameters: dict[str, Any]) -> Any:
        message = json.dumps([0, next(self.numbers), command, parameters]).encode()
        self.socket.sendall(f"{len(message)}:".encode() + message)
        __, ___, error, result = self._read()
        if error:
            raise RuntimeError(f"{command}: {error['message']}")
        return result

    def open(self, address: str) -> None:
        self.ask("WebDriver:Navigate", {"url": address})

    def run(self, script: str, *arguments: Any) -> Any:
        """What the body of a function returns, in the page."""
        return self.ask("WebDriver:ExecuteScript", {"script": script, "args": list(arguments)})["value"]

    def console(self) -> list[str]:
        """Errors of pages."""
        self.ask("Marionette:SetContext", {"value": "chrome"})
        said = self.run(OF_PAGE)
        self.ask("Marionette:SetContext", {"value": "content"})
        return said

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        (x, y), (to_x, to_y) = ((round(a), round(b)) for a, b in (start, end))
        move = {"type": "pointerMove", "duration": 0, "origin": "viewport"}
        steps = [{**move, "x": x + (to_x - x) * k // 4, "y": y + (to_y - y) * k // 4} for k in range(5)]
        actions = [steps[0], {"type": "pointerDown", "button": 0}, *steps[1:], {"type": "pointerUp", "button": 0}]
        self._perform({"type": "pointer", "id": "mouse", "parameters": {"pointerType": "mouse"}, "actions": actions})

    def press(self, key: str) -> None:
        self._perform(
            {"type": "key", "id": "keys", "actions": [{"type": one, "value": key} for one in ("keyDown", "keyUp")]}
        )

    def _perform(self, actions: dict[str, Any]) -> None:
        self.ask("WebDriver:PerformActions", {"actions": [actions]})

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if hasattr(self, "socket"):
            self.socket.close()
        self.folder.cleanup()

    def __enter__(self) -> Firefox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
