// The fast way to the parts of a request's URL returns the same as `new URL`.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { partsOf } from "../../pkg/lib/instrument/kinds.js";

const PIECES = [
  ..."ahx0-1./:~_?#%@AZ8e[]\\ ",
  ...["xn--", "..", "http://", ":80", "é", "%2e"],
];

/** Returns the parts by `new URL`, or that it throws. */
function direct(url) {
  const { protocol, hostname, pathname } = new URL(url);
  return { scheme: protocol.slice(0, -1), host: hostname, path: pathname };
}

function same(url) {
  const [ours, theirs] = [partsOf, direct].map((read) => {
    try {
      return read(url);
    } catch {
      return "throws";
    }
  });
  assert.deepEqual(ours, theirs, url);
}

test("URLs of all kinds are split as by URL", () => {
  const text = fc.array(fc.constantFrom(...PIECES)).map((all) => all.join(""));
  const likely = text.map((rest) => `http://a${rest}`);
  fc.assert(fc.property(fc.oneof(likely, text, fc.webUrl()), same), {
    numRuns: 5_000,
  });
});

test("URLs at the limits of the fast path are split as by URL", () => {
  for (const rest of [
    "",
    "?x",
    "/#x",
    ":80/",
    ":99999/x",
    ":65535/",
    ":59999/",
    ":64999/",
    ":65000/",
    ":0/",
    "./x",
    "-./",
    ".1/",
    ".0x7f/",
    "//x",
    "/.x",
    "/x./y..z/",
    "/..",
    "/%41",
    `/${"x/".repeat(10_000)}%`,
    `/${"x".repeat(20_000)}%`,
    `${".a".repeat(10_000)}%`,
  ])
    same(`https://a.b${rest}`);
});
