#!/bin/sh
# Does what the README's quick start says, with the very line that `npm start` prints.
set -eu
cd "$(dirname "$0")/.."

log=$(mktemp)
npm start >"$log" 2>&1 &
server=$!
trap 'kill -TERM "$server" 2>/dev/null || true; wait "$server" || true; rm -f "$log"' EXIT

tries=0
until grep -q 'Stop: Ctrl-C' "$log"; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ] || ! kill -0 "$server" 2>/dev/null; then
    cat "$log"
    echo 'npm start did not come up' >&2
    exit 1
  fi
  sleep 0.1
done

# The line runs over two lines of the output.
sh -c "$(sed -n '/^  curl /,/mutate$/p' "$log")" | tee /dev/stderr | grep -q '"patchType":"JSONPatch"'
echo
sh -c "$(sed -n '/^  cat /p' "$log")" | grep -q 'kubernetes.io/dockerconfigjson'
echo 'the quick start works'
