#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs.sh ROOT PROGRAM: README, CHANGELOG and a man page name every command that `probity --help` lists, each option of a command stands
# in its man page, which has its sections and is set without a warning, probity-declaration(5) names every member of a declaration and every word it takes, and scoring/base/ERRORS.md has a
# row for every error and none that is gone. The list of decisions is complete, and what the READMEs point to is there.
set -eu
root=$1
program=$2
faults=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() {
	echo "$1"
	faults=$((faults + 1))
}

"$program" --help >"$work/help"
# A command is a line of two blanks, a name of letters alone, at least two blanks and what it does.
commands=$(awk '/^  [a-z]+  +[a-z]/ && $1 != "probity" {print $1}' "$work/help")
[ -n "$commands" ] || { echo "no command found in the help of $program"; exit 1; }
for command in $commands; do
	for page in README.md CHANGELOG.md clients/man/probity.1.scd; do
		grep -qE "(^|[^a-z])$command([^a-z]|\$)" "$root/$page" || say "$page does not name the command $command"
	done
	# Options are described in the command's own page.
	page=$root/clients/man/probity-$command.1.scd
	if [ ! -f "$page" ]; then
		say "the command $command has no man page: clients/man/probity-$command.1.scd, and its row in CMakeLists.txt there"
		continue
	fi
	grep -qE "probity-$command\.1([ )]|\$)" "$root/clients/man/CMakeLists.txt" || say "clients/man/CMakeLists.txt does not make probity-$command.1"
	grep -q "probity-$command\*(1)" "$root/clients/man/probity.1.scd" || say "probity(1) does not lead to probity-$command(1)"
	"$program" "$command" --help >"$work/options"
	grep -oE -e '--[a-z][a-z-]*' "$work/options" | LC_ALL=C sort -u >"$work/named"
	while read -r option; do
		sed 's/\\//g' "$page" | grep -qE -e "$option([^a-z-]|\$)" || say "${page#"$root"/} does not name $option of $command"
	done <"$work/named"
done

sed -n 's/^PRB_ERROR([A-Z_]*, *"\([^"]*\)".*/\1/p' "$root/scoring/base/errors.def" | LC_ALL=C sort >"$work/errors"
# shellcheck disable=SC2016 # the backticks are Markdown's
sed -n 's/^| `\([a-z-]*\)` |.*/\1/p' "$root/scoring/base/ERRORS.md" | LC_ALL=C sort >"$work/described"
[ -s "$work/errors" ] || { echo "no error found in errors.def"; exit 1; }
for error in $(LC_ALL=C comm -23 "$work/errors" "$work/described"); do
	say "scoring/base/ERRORS.md has no row for $error"
done
for error in $(LC_ALL=C comm -13 "$work/errors" "$work/described"); do
	say "scoring/base/ERRORS.md describes $error, which errors.def does not have (or twice)"
done

# Every option of the server stands in its page.
sed -n 's/^PRB_OPTION("\([a-z]*\)", *"\([a-z_]*\)".*/\1 \2/p' "$root/service/options.def" >"$work/server"
[ "$(wc -l <"$work/server")" -ge 10 ] || { echo "fewer than 10 options of the server found: the check itself is broken"; exit 1; }
while read -r section option; do
	sed 's/\\//g' "$root/clients/man/probityd.8.scd" | grep -qE "\[$section\] \*$option\*" || say "probityd(8) does not name [$section] $option"
done <"$work/server"

# The members are rows of shapes.c, the words those of the tables beside it.
model=$root/scoring/model
{
	sed -n 's/^[[:space:]]*ROW([a-z_]*, [a-z_]*, "\([a-z_0-9]*\)".*/\1/p' "$model/shapes.c"
	sed -n 's/^PRB_[A-Z]*([A-Z_]*,.*"\([a-z_]*\)".*/\1/p' "$model/indicators.def" "$model/sources.def" "$model/controls.def"
	grep -E '^static const char \*const (declarant|finding_state|evidence|remediation|contested_by|answer|fees|housing|prison|scheme)_words' "$model/words.c" |
		sed 's/.*{//' | tr ',' '\n' | sed -n 's/.*"\([a-z_]*\)".*/\1/p'
} | LC_ALL=C sort -u >"$work/members"
[ "$(wc -l <"$work/members")" -ge 100 ] || { echo "fewer than 100 members and words found: the check itself is broken"; exit 1; }
sed 's/\\//g' "$root/clients/man/probity-declaration.5.scd" >"$work/declaration"
while read -r member; do
	grep -qE "[*\"]${member}[*\"]" "$work/declaration" || say "probity-declaration(5) does not name $member"
done <"$work/members"

if grep -nE '@[A-Z]+@' "$root/README.md"; then
	say "README.md has a place that nobody has filled"
fi

# What the pages point to is there: paths in backticks that begin with one of the project's folders.
for page in README.md scoring/README.md datasets/README.md clients/README.md service/README.md tests/README.md; do
	# shellcheck disable=SC2016 # the backticks are Markdown's
	grep -oE '`(scoring|datasets|clients|service|tests)/[A-Za-z0-9_./-]*`' "$root/$page" | tr -d '`' | LC_ALL=C sort -u >"$work/paths"
	while read -r path; do
		[ -e "$root/$path" ] || say "$page points to $path, which is not there"
	done <"$work/paths"
done

for page in "$root"/service/decisions/[0-9]*.md; do
	grep -qF "($(basename "$page"))" "$root/service/decisions/README.md" || say "service/decisions/README.md does not list ${page##*/}"
done

# The page's example is taken as it stands.
awk '/^```/ { inside = !inside; next } inside' "$work/declaration" >"$work/example.json"
"$program" screen --quiet --out json "$work/example.json" >"$work/report" || say "probity-declaration(5): the example is refused"
grep -q '"rating":' "$work/report" || say "probity-declaration(5): the example gets no rating"

for page in "$root"/clients/man/*.[18].scd; do
	for section in EXAMPLES 'EXIT STATUS' 'SEE ALSO'; do
		grep -qx "# $section" "$page" || say "${page#"$root"/} has no section $section"
	done
done
if command -v scdoc >/dev/null 2>&1; then
	for page in "$root"/clients/man/*.scd; do
		scdoc <"$page" >"$work/page" || say "$page: scdoc refuses it"
		command -v groff >/dev/null 2>&1 || continue
		groff -man -Tutf8 -ww -z "$work/page" >"$work/warnings" 2>&1 || say "$page: groff refuses it"
		[ ! -s "$work/warnings" ] || say "${page#"$root"/}: $(head -n 1 "$work/warnings")"
	done
fi
[ "$faults" -eq 0 ]
