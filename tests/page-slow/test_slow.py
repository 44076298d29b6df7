"""The page, where it takes longer."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "page"))
from browser import run

run("slow_test.js")
