"""What every test shares: no test is skipped in silence."""

from pathlib import Path

import pytest

ALLOWED = Path(__file__).parent / "allowed_skips.txt"


def allowed_skips(listing: str) -> dict[str, str]:
    """Return test name -> reason from lines ``name: reason``; a line without a reason is no excuse."""
    pairs = (line.split(": ", 1) for line in listing.splitlines() if line and line[0] != "#")
    return {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[1].strip()}


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = {report.nodeid for report in reporter.stats.get("skipped", [])}
    unexcused = sorted(skipped - set(allowed_skips(ALLOWED.read_text())))
    if unexcused:
        reporter.write_line(f"skipped without an entry in {ALLOWED.name}: {', '.join(unexcused)}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
