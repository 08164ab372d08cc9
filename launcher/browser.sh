#!/usr/bin/env bash
# A browser for the tests: one on the PATH, else Playwright's own, else Debian's package.
set -u
for name in chromium chromium-browser google-chrome-stable google-chrome; do
    command -v "$name" > /dev/null && exit 0
done
echo "Browser voor de tests ophalen ..."
.venv/bin/playwright install chromium > /dev/null 2>&1 && exit 0
as_root=$([ "$(id -u)" = 0 ] || echo sudo)
$as_root apt-get update -q > /dev/null && $as_root apt-get install -y -q chromium > /dev/null && exit 0
echo "Geen browser gevonden. Installeer Chromium en probeer opnieuw." >&2
exit 1
