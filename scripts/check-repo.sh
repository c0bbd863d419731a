#!/usr/bin/env bash
# Searches all files that are or would be committed for traces of a machine and of unfinished work.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

failed=0

# refuse WHAT PATTERN [PATHSPEC...]
refuse() {
  local what=$1 pattern=$2
  shift 2
  # -I leaves binary files out; --untracked obeys .gitignore.
  if git grep --untracked -nIE "$pattern" -- "${@:-.}"; then
    echo "check-repo: $what (above)" >&2
    failed=1
  fi
}

refuse "a path of one machine" \
  '(^|[^[:alnum:]_.})/-])/(root|home|work|tmp)/[[:alnum:]_.]' ':!LICENSE'
refuse "the host of a registry" \
  '"resolved": "(https?|git[a-z+]*|ssh):|regis[t]ry\.npmjs\.org|(index|static)\.crates\.io|pythonhosted\.org|pypi\.org/simple'
refuse "a marker of unfinished work" \
  '\b(TO[D]O|FIX[M]E|XX[X])\b|\b(to[d]o|unimplemente[d])!\(' ':!*package-lock.json'
refuse "a test that is switched off, or on alone" \
  '\b(test|it|describe|suite)\.(skip|only|todo)\b|\b(skip|only|todo): *true|#\[ignore' '*.mjs' '*.js' '*.ts' '*.rs'

for lock in Cargo.lock doctor/package-lock.json tests/package-lock.json tests/api/package-lock.json; do
  [ -f "$lock" ] || {
    echo "check-repo: $lock is missing" >&2
    failed=1
  }
done

exit "$failed"
