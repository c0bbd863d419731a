// Accepts the package as it is now as the expected one. The changes are then in the diff, where a reviewer sees
// them.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE, shippedFiles } from "./files.mjs";
import { thirdPartyLicences } from "./licences.mjs";

writeFileSync(join(PACKAGE, "THIRD-PARTY-LICENSES"), thirdPartyLicences());
const list = new URL("contents.txt", import.meta.url);
writeFileSync(list, `${shippedFiles().join("\n")}\n`);
