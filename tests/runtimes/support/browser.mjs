// Real browsers, started with an address. The page posts its results: nothing drives them.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { start } from "./program.mjs";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FIREFOX = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

export const BROWSERS = {
  Chromium: (profile) => [
    CHROMIUM,
    `--user-data-dir=${profile}`,
    // Without a debugging port it would exit when the page is loaded.
    ..."--headless --remote-debugging-port=0 --enable-logging=stderr".split(
      " ",
    ),
    ..."--no-sandbox --disable-gpu --no-first-run".split(" "),
    ..."--disable-background-networking --disable-component-update".split(" "),
  ],
  Firefox: (profile) => [FIREFOX, "--headless", "--profile", profile],
};

/** Opens a page until the test ends; the process has the browser's output. */
export async function openPage(t, browser, address) {
  const profile = await mkdtemp(join(tmpdir(), "laminar-edge-profile-"));
  const [command, ...flags] = BROWSERS[browser](profile);
  const child = start(t, command, [...flags, address]);
  t.after(() => rm(profile, { recursive: true, force: true, maxRetries: 9 }));
  return child;
}

/** `kind` is page, dedicated, shared or service; `type` module or classic. */
export function addressOf({ url, browserOptions }, who, script, kind, type) {
  const { collectorUrl } = browserOptions;
  const options = JSON.stringify({
    ...browserOptions,
    collectorUrl: `${collectorUrl}/${encodeURIComponent(who)}`,
  });
  const query = new URLSearchParams({ who, script, kind, type, options });
  return `${url}/browser/index.html?${query}`;
}
