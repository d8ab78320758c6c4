"""Compares requirements.lock with a database of known weaknesses: python -m scripts.audit (make audit).

The database is OSV, asked by pip-audit. Where it cannot be reached this says so and ends with status 1:
nothing was audited then.
"""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parent.parent
DATABASE = "https://api.osv.dev/v1/query"
SECONDS = 10


def main() -> int:
    """Audits, or says why not; exit status 0 if nothing is known, 1 otherwise."""
    fault = reach()
    if fault:
        print(f"nothing audited: {DATABASE} cannot be reached ({fault})", file=sys.stderr)
        return 1
    installed = subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "-e", f"{ROOT}[audit]"], check=False
    )
    if installed.returncode:
        print("nothing audited: pip-audit could not be installed", file=sys.stderr)
        return 1
    audit = ["pip_audit", "-s", "osv", "--disable-pip", "--no-deps"]
    lock = str(ROOT / "requirements.lock")
    return subprocess.run([sys.executable, "-m", *audit, "-r", lock], check=False).returncode


def reach() -> str:
    """Why the database cannot be asked; empty if it can."""
    body = b'{"package": {"name": "jinja2", "ecosystem": "PyPI"}, "version": "3.1.6"}'
    try:
        urllib.request.urlopen(urllib.request.Request(DATABASE, body), timeout=SECONDS).close()
    except (urllib.error.URLError, OSError) as error:
        return str(getattr(error, "reason", error))
    return ""


if __name__ == "__main__":
    sys.exit(main())
