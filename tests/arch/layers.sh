#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# layers.sh ROOT: every #include under scoring, datasets, service and clients is one that layers.txt allows, and nothing else stands
# beside these folders.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$1"
files=$(mktemp)
trap 'rm -f "$files"' EXIT
find scoring datasets service clients -type f \( -name '*.[ch]' -o -name '*.cc' -o -name '*.def' \) | LC_ALL=C sort >"$files"
[ -s "$files" ] || { echo "no C files under $1"; exit 1; }

# What is kept; in a copy without its history, what is there.
for name in $(if [ -e .git ]; then git ls-files 2>/dev/null || ls; else ls; fi | sed 's|/.*||' | LC_ALL=C sort -u); do
	case $name in
	clients | datasets | scoring | service | tests | CHANGELOG.md | CMakeLists.txt | CMakePresets.json | LICENSE | README.md | .ci | .clang-format | .gitignore | probity-state) ;;
	*)
		echo "$name: nothing but the five folders and their papers stands at the top"
		exit 1
		;;
	esac
done

# shellcheck disable=SC2046 # no file name here holds a blank: checked by words.sh
awk '
	function say(what) {
		printf "%s:%d: %s\n", FILENAME, FNR, what
		faults++
	}
	FILENAME == table {
		if (/^#/ || !NF)
			next
		split($0, part, ";")
		split(part[1], name, " ")
		known[name[1]]
		n = split(part[2], words, " ")
		for (i = 1; i <= n; i++)
			arrow[name[1], words[i]]
		n = split(part[3], words, " ")
		for (i = 1; i <= n; i++)
			outside[name[1], words[i]]
		next
	}
	FNR == 1 {
		folder = FILENAME
		sub("/[^/]*$", "", folder)
		file = FILENAME
		sub(".*/", "", file)
		if (!(folder in known))
			say("the folder " folder " has no row in tests/arch/layers.txt")
	}
	/^[ \t]*#[ \t]*include/ {
		seen++
		if (match($0, "\"[^\"]*\"")) {
			path = substr($0, RSTART + 1, RLENGTH - 2)
			to = path
			if (!sub("/[^/]*$", "", to))
				say("\"" path "\": write the path from the root of the project")
			else if (to != folder && !((folder, to) in arrow))
				say(folder " may not include " path)
		} else if (match($0, "<[^>]*>")) {
			header = substr($0, RSTART + 1, RLENGTH - 2)
			if (!(("std", header) in outside) && !((folder, header) in outside) && !((folder, header "@" file) in outside))
				say(folder " may not include <" header ">")
		} else
			say("an #include that cannot be checked")
	}
	END {
		if (!seen)
			print "no #include seen: the check itself is broken"
		exit faults > 0 || !seen
	}
' table="$here/layers.txt" "$here/layers.txt" $(cat "$files")
