// Paths of Windows and of other systems.

import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { ancestors, broughtBy, findUp, shown } from "../../doctor/paths.js";

const { posix, win32 } = path;

test("ancestors lists the folders above, up to the drive or share", () => {
  assert.deepEqual(ancestors("C:\\work\\app", win32), [
    "C:\\work\\app",
    "C:\\work",
    "C:\\",
  ]);
  assert.deepEqual(ancestors("C:/work", win32), ["C:\\work", "C:\\"]);
  assert.deepEqual(ancestors("\\\\host\\share\\app", win32), [
    "\\\\host\\share\\app",
    "\\\\host\\share\\",
  ]);
  assert.deepEqual(ancestors("/srv/app", posix), ["/srv/app", "/srv", "/"]);
  assert.deepEqual(ancestors("/", posix), ["/"]);
});

test("findUp finds the nearest file", () => {
  const files = ["C:\\work\\wrangler.toml", "C:\\wrangler.toml"];
  const exists = (file) => files.includes(file);
  assert.equal(
    findUp("C:\\work\\app\\src", "wrangler.toml", exists, win32),
    files[0],
  );
  assert.equal(findUp("D:\\work", "wrangler.toml", exists, win32), undefined);
});

test("paths are shown short and with slashes", () => {
  assert.equal(
    shown("C:\\work\\app", "C:\\work\\app\\node_modules\\laminar-edge", win32),
    "node_modules/laminar-edge",
  );
  assert.equal(
    shown("C:\\work\\app", "C:\\work\\wrangler.toml", win32),
    "../wrangler.toml",
  );
  assert.equal(shown("C:\\work\\app", "D:\\x\\y.toml", win32), "D:/x/y.toml");
  assert.equal(shown("/a/b/c/d", "/z/y", posix), "/z/y");
  assert.equal(shown("/a", "/a", posix), ".");
});

test("broughtBy names the package that brought a copy", () => {
  const nested =
    "C:\\app\\node_modules\\@agents\\kit\\node_modules\\laminar-edge";
  assert.equal(broughtBy(nested, win32), "@agents/kit");
  assert.equal(
    broughtBy("/app/node_modules/kit/node_modules/laminar-edge", posix),
    "kit",
  );
  assert.equal(broughtBy("/app/node_modules/laminar-edge", posix), undefined);
  assert.equal(
    broughtBy(
      "/app/node_modules/.pnpm/laminar-edge@1/node_modules/laminar-edge",
      posix,
    ),
    undefined,
  );
});
