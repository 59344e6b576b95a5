#!/usr/bin/env bash
# Runs every test. Usage: tests/run.sh [--no-build]
#
# Needs the .NET 10 SDK and Node.js 20 or later with npm. PHP, Chromium, Redis and docker-compose (which needs no Docker here) are installed from
# Debian's packages when they are missing and this runs as root. A part that cannot be had is said to be left out; under CI=true it is a failure.
# The last line is the sum of what the test runners reported: "N passed, N failed", and ", N skipped" if any were.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

configuration=Release
results="$PWD/artifacts/test-results"
part_limit=600 # seconds after which a part counts as hung
passed=0
failed=0
skipped=0
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
# Compilers and servers that run for seconds end before a profile of themselves pays; taking it costs a third of their time.
export DOTNET_TieredPGO=0

say() { printf '%s\n' "$*"; }
have() { command -v "$1" >/dev/null 2>&1; }

# What failed is said once more at the end, where it is not buried under the parts that came after it.
finish() {
  local sum="$passed passed, $failed failed"
  [ -s "$results/failures.txt" ] && { say "-- what failed" && cat "$results/failures.txt"; }
  [ "$skipped" -gt 0 ] && sum="$sum, $skipped skipped"
  say "$sum"
  [ "$failed" -eq 0 ]
  exit
}

# A part that did not come to an end of its own counts as one failure, whatever it had reported before.
broken() {
  failed=$((failed + 1))
  say "** $1: FAILED: $2" | tee -a "$results/failures.txt"
}

unavailable() {
  if [ "${CI:-}" = true ]; then
    broken "$1" "$2"
  else
    say "** $1: LEFT OUT: $2"
  fi
}

# count <part> <exit code> <passed> <failed> <skipped>: adds a runner's own figures, and trusts none that contradict its exit code.
count() {
  local figure
  for figure in "$3" "$4" "$5"; do
    if ! [[ "$figure" =~ ^[0-9]+$ ]]; then
      broken "$1" "the runner ended with exit code $2 and left no complete results"
      return
    fi
  done
  passed=$((passed + $3))
  failed=$((failed + $4))
  skipped=$((skipped + $5))
  say "** $1: $3 passed, $4 failed, $5 skipped (${SECONDS}s since start)"
  if [ "$2" -ne 0 ] && [ "$4" -eq 0 ]; then
    broken "$1" "the runner ended with exit code $2 although it reported no failure"
  elif [ $(($3 + $4)) -eq 0 ]; then
    broken "$1" "the runner found no test"
  fi
}

# Programs that tests run: command, Debian package, what needs it.
programs=(
  "php php-cli tests with PHP"
  "chromium chromium tests with a browser"
  "redis-server redis-server tests with several nodes"
  "docker-compose docker-compose tests of docker-compose.yml"
  "haproxy haproxy tests of the load balancer's configuration"
  "systemd-analyze systemd tests of the systemd unit"
  "nc netcat-openbsd tests of the README's lines for a shell"
  "curl curl tests of the README's lines for a shell"
  "openssl openssl tests of the README's lines for a shell"
)

# install_programs: those that are missing, while .NET builds.
install_programs() {
  local command package part missing=()
  for part in "${programs[@]}"; do
    read -r command package _ <<<"$part"
    have "$command" || missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ] || [ "$(id -u)" -ne 0 ] || ! have apt-get; then
    return
  fi
  say "-- installing ${missing[*]}"
  {
    apt-get -o DPkg::Lock::Timeout=300 update
    # One by one: what cannot be had must not keep the others away.
    for package in "${missing[@]}"; do
      DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$package"
    done
  } >"$results/apt.log" 2>&1 &
  installing_programs=$!
}

# require_programs: says what could not be had.
require_programs() {
  local command package part all=1
  [ -n "${installing_programs:-}" ] && wait "$installing_programs"
  for part in "${programs[@]}"; do
    read -r command package part <<<"$part"
    have "$command" && continue
    all=0
    unavailable "$part" "$command is missing and could not be installed (Debian package $package)"
  done
  [ "$all" -eq 1 ] || tail -n 5 "$results/apt.log" 2>/dev/null
}

# run_xunit <part> <project>: an xunit v3 test project is an executable that writes its results when it has finished.
run_xunit() {
  local file="$results/$2.xml" code=0 summary=""
  say "-- $1"
  timeout --kill-after=10 "$part_limit" \
    dotnet "tests/$2/bin/$configuration/net10.0/$2.dll" -noLogo -noColor -xml "$file" | tee "$results/$2.log" || code=$?
  # A failure, of a test or of what ends a class, is a line of its name, then its message and stack, which stand further in.
  awk '
    /^ *$/ { next }
    { match($0, /^ */); indent = RLENGTH }
    shown && indent <= depth { shown = 0 }
    /\[FAIL\]$|^ *\[[A-Za-z ]* Failure/ { shown = 1; depth = indent }
    shown' "$results/$2.log" >>"$results/failures.txt"
  if [ "$(tail -c 13 "$file" 2>/dev/null)" = "</assemblies>" ]; then
    summary=$(grep -o '<assembly [^>]*>' "$file" | head -n 1)
  fi
  attribute() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$summary"; }
  local errors failures
  errors=$(attribute errors)
  failures=$(attribute failed)
  count "$1" "$code" "$(attribute passed)" "${failures:+$((failures + ${errors:-1}))}" "$(attribute skipped)"
}

# install_client: the browser package's dependencies, while .NET builds.
install_client() {
  have node && have npm || return 0
  (cd client-js && exec npm ci --no-audit --no-fund --loglevel=error) >"$results/npm-ci.log" 2>&1 &
  installing=$!
}

# build_client: the browser package from its sources; the script that the server serves must be what they make.
build_client() {
  say "-- client-js"
  if [ -z "${installing:-}" ]; then
    unavailable "client-js" "node and npm are missing"
    return 1
  fi
  if ! wait "$installing"; then
    cat "$results/npm-ci.log"
    unavailable "client-js" "npm ci failed"
    return 1
  fi
  if ! (cd client-js && npm run --silent build && npm run --silent typecheck); then
    broken "client-js" "it does not build; see above"
    return 1
  fi
  if ! cmp client-js/dist/pushbridge.js src/PushBridge.Server/wwwroot/pushbridge.js; then
    broken "client-js" "the committed pushbridge.js is not what the sources make: run npm run build:server"
  fi
}

# in_client <command...>: runs the command in client-js against the server that was built here.
in_client() {
  (
    cd client-js &&
      PUSHBRIDGE_SERVER="$PWD/../src/PushBridge.Server/bin/$configuration/net10.0/PushBridge.Server.dll" \
        PUSHBRIDGE_CHROMIUM="$(command -v chromium)" \
        timeout --kill-after=10 "$part_limit" "$@"
  )
}

# run_node <part>: the TAP report ends with the figures, one a line, such as "# pass 12".
run_node() {
  local file="$results/client-js.tap" code=0
  say "-- $1"
  in_client node --test \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=tap --test-reporter-destination="$file" \
    tests/signalr.test.mjs || code=$?
  grep -E '^ *not ok' "$file" >>"$results/failures.txt" 2>/dev/null
  figure() { tail -n 12 "$file" 2>/dev/null | sed -n "s/^# $1 \([0-9][0-9]*\)$/\1/p"; }
  local failures cancelled skips todos
  failures=$(figure fail)
  cancelled=$(figure cancelled)
  skips=$(figure skipped)
  todos=$(figure todo)
  count "$1" "$code" "$(figure pass)" "${failures:+$((failures + ${cancelled:-1}))}" "${skips:+$((skips + ${todos:-0}))}"
}

# run_vitest <part> <options...>: the JSON report has the figures; it is written when the run has come to its end.
run_vitest() {
  local file="$results/client-js.json" code=0
  say "-- $1"
  in_client npx vitest run "${@:2}" --reporter=default --reporter=json --outputFile.json="$file" || code=$?
  figure() { node -p "const report = JSON.parse(require('node:fs').readFileSync('$file', 'utf8')); report.$1" 2>/dev/null; }
  figure 'testResults.flatMap(file => [
      ...file.assertionResults.filter(test => test.status === "failed").map(test => `${test.fullName}\n${test.failureMessages.join("\n")}\n`),
      ...(file.status === "failed" && file.message ? [`${file.name}\n${file.message}\n`] : []),
    ]).join("")' | sed '/^$/d' >>"$results/failures.txt"
  local skips todos
  skips=$(figure numPendingTests)
  todos=$(figure numTodoTests)
  count "$1" "$code" "$(figure numPassedTests)" "$(figure numFailedTests)" "${skips:+$((skips + ${todos:-0}))}"
}

rm -rf "$results"
mkdir -p "$results"

if ! have dotnet; then
  broken "build" "the .NET 10 SDK is missing"
  finish
fi
install_programs
install_client
if [ "${1:-}" != --no-build ]; then
  say "-- build"
  # Without analyzers, which would double the time: .ci/run builds with them.
  if ! dotnet build PushBridge.sln -c "$configuration" -v quiet -p:RunAnalyzers=false; then
    broken "build" "see above"
    finish
  fi
fi

require_programs

run_xunit "unit tests" PushBridge.Tests
run_xunit "functional tests" PushBridge.FunctionalTests
if build_client; then
  run_node "the official SignalR client"
  if have chromium; then
    run_vitest "client-js tests"
  else
    run_vitest "client-js tests" --project node --exclude 'tests/chromium/**'
  fi
fi
finish
