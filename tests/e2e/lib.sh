# SPDX-License-Identifier: Apache-2.0
# Sourced by the scenarios of this folder. The caller's environment: PROBITY (the program), PROBITY_DATA (a release), SOURCE (the
# top of the tree), WORK (a folder of this scenario's own, made anew). A scenario goes on after a failed check and fails at its end.
set -u
export LC_ALL=C NO_COLOR=1
: "${PROBITY:?}" "${PROBITY_DATA:?}" "${SOURCE:?}" "${WORK:?}"
rm -rf "$WORK"
mkdir -p "$WORK"
cd "$WORK" || exit 1
SAMPLES="$SOURCE/tests/samples"
AS_OF=2026-06-30
checks=0
failures=0

# check WORDS CONDITION...: one thing that must hold.
check() {
	check_words=$1
	shift
	checks=$((checks + 1))
	if ! "$@"; then
		failures=$((failures + 1))
		echo "FAILED: $check_words ($*)" >&2
	fi
}

# runs STATUS COMMAND...: the command's output goes to the files out and err; its exit status must be STATUS.
runs() {
	runs_wanted=$1
	shift
	checks=$((checks + 1))
	"$@" >out 2>err
	runs_status=$?
	if [ "$runs_status" -ne "$runs_wanted" ]; then
		failures=$((failures + 1))
		echo "FAILED: $* ended with $runs_status, not $runs_wanted" >&2
		head -5 err >&2
	fi
}

# says PATTERN: stderr of the last `runs` has a line that matches.
says() {
	checks=$((checks + 1))
	if ! grep -q -- "$1" err; then
		failures=$((failures + 1))
		echo "FAILED: stderr has no line that matches '$1':" >&2
		head -5 err >&2
	fi
}

# The number of lines of out.
lines() {
	wc -l <out | tr -d ' '
}

screen() {
	"$PROBITY" screen --quiet --as-of "$AS_OF" "$@"
}

# The ratings of a CSV of results, as "critical high medium low unknown".
count_ratings() {
	awk -F, '
		NR == 1 { for (i = 1; i <= NF; i++) if ($i == "rating") column = i; next }
		1 { n[field($0, column)]++ }
		END { print n["critical"] + 0, n["high"] + 0, n["medium"] + 0, n["low"] + 0, n["unknown"] + 0 }
		# The k-th cell of a line with quoted cells.
		function field(text, k,   i, c, quoted, at, cell) {
			at = 1
			for (i = 1; i <= length(text); i++) {
				c = substr(text, i, 1)
				if (c == "\"") quoted = !quoted
				else if (c == "," && !quoted) at++
				else if (at == k) cell = cell c
				if (at > k) break
			}
			return cell
		}' "$1"
}

finish() {
	if [ "$failures" -ne 0 ]; then
		echo "$failures of $checks checks failed" >&2
		exit 1
	fi
	echo "$checks checks passed"
	cd / && rm -rf "$WORK"
	exit 0
}
