#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# security.sh ROOT [PAGE]: what service/SECURITY.md (or PAGE) says is shown. In the last column of its two lists each text in backticks is a path that is
# there, or stands in the file whose path is before it; a line names a path, or says what is not defended, or does not apply, and why.
set -eu
root=$1
page=${2:-$root/service/SECURITY.md}
faults=0
lines=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() {
	echo "service/SECURITY.md: $1"
	faults=$((faults + 1))
}

awk '/^## OWASP/ { inside = 1 } inside && /^\|/ && !/^\| (---|risk|section)/' "$page" >"$work/lines"
while IFS= read -r line; do
	lines=$((lines + 1))
	name=$(printf '%s\n' "$line" | cut -d'|' -f2)
	last=$(printf '%s\n' "$line" | sed 's/ |$//; s/.* | //')
	case $last in
	'not defended: '?* | 'does not apply: '?*) continue ;;
	esac
	# shellcheck disable=SC2016 # the backticks are Markdown's
	printf '%s\n' "$last" | grep -o '`[^`]*`' | tr -d '`' >"$work/texts" || true
	file=
	while IFS= read -r text; do
		case $text in
		tests/* | service/* | CMakeLists.txt)
			file=$text
			[ -f "$root/$file" ] || say "$name: $file is not there"
			;;
		*)
			if [ -z "$file" ] || ! grep -qF -e "$text" "$root/$file"; then
				say "$name: '$text' does not stand in ${file:-any file}"
			fi
			;;
		esac
	done <"$work/texts"
	[ -n "$file" ] || say "$name: names no test, nor why there is none"
done <"$work/lines"
[ "$lines" -ge 50 ] || say "fewer than 50 lines found: the check itself is broken"
[ "$faults" -eq 0 ]
