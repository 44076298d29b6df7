"""The page, and XenCenter's tab, in a real browser."""

from browser import run

run("page_test.js", "tab_test.js")
