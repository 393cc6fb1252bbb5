#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# words.sh ROOT: no file names a package host, the folder it was built in, or work left undone; no file name holds a blank; each
# source file begins with its licence. The patterns are written so that they do not find themselves.
set -eu
cd "$1"
files=$(mktemp)
trap 'rm -f "$files" "$files.bare"' EXIT
find . \( -path ./.git -o -path ./.build -o -path ./probity-state \) -prune -o -type f -print | LC_ALL=C sort >"$files"
[ -s "$files" ] || { echo "no files under $1"; exit 1; }
faults=0

if grep '[[:space:]]' "$files"; then
	echo "a file name with a blank: the build and the scripts do without quoting"
	exit 1
fi

# In text files alone; a line that matches is shown with its place.
none() {
	if tr '\n' '\0' <"$files" | LC_ALL=C xargs -0 grep -InE -e "$2" --; then
		echo "$1"
		faults=$((faults + 1))
	fi
}
none "a package host is named" 'registry[.]npmj[s]|deb[.]debian[.]or[g]|pypi[.]or[g]|proxy[.]golang[.]or[g]'
none "work left undone: say it in an issue, or do it" '(^|[^A-Za-z0-9_])(TO[D]O|FIX[M]E)([^A-Za-z0-9_]|$)'
here=$(pwd -P | sed 's/[].[*^$\\+?(){}|]/\\&/g')
case $here in
/?*/?*) none "the folder the project happens to stand in is named" "$here" ;;
esac

grep -E '\.([ch]|cc|sh)$' "$files" | while read -r file; do
	head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' || echo "$file: its first line should be the licence (SPDX)"
done >"$files.bare"
if [ -s "$files.bare" ]; then
	cat "$files.bare"
	faults=$((faults + 1))
fi
[ "$faults" -eq 0 ]
