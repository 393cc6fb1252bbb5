#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# headers.sh ROOT [HEADER...]: each header (all under scoring, datasets, service and clients unless named) compiles alone, and twice in
# a row, as C17 without a warning, by every compiler that is here.
set -eu
cd "$1"
shift
if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046 # no file name here holds a blank: checked by words.sh
	set -- $(find scoring datasets service clients -type f -name '*.h' | LC_ALL=C sort)
fi
[ $# -gt 0 ] || { echo "no headers found"; exit 1; }
flags="-std=c17 -Wall -Wextra -Wpedantic -Werror -D_POSIX_C_SOURCE=200809L -I. $(pkg-config --cflags libcjson libsodium icu-uc pangocairo)"
faults=0
tried=0
for compiler in gcc clang; do
	command -v "$compiler" >/dev/null 2>&1 || { echo "$compiler is not here: left out"; continue; }
	for header in "$@"; do
		tried=$((tried + 1))
		# shellcheck disable=SC2086 # a list of flags on purpose
		printf '#include "%s"\n#include "%s"\nextern int prb_alone;\n' "$header" "$header" |
			"$compiler" $flags -x c -fsyntax-only - || { echo "$header does not compile alone ($compiler)"; faults=$((faults + 1)); }
	done
done
echo "$tried headers compiled alone, $faults faults"
[ "$faults" -eq 0 ] && [ "$tried" -gt 0 ]
