"""The page, the picture, and XenCenter's tab, in a real browser."""

from browser import run

run("page_test.js", "picture_test.js", "tab_test.js")
