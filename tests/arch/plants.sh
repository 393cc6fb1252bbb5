#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# plants.sh ROOT PROGRAM ARCHIVE... : the other checks of this folder find what they are there to find. Each fault is planted in a copy
# of the project (its tables and tests apart); the check must complain then, and be content with the project as it is.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$1
program=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
copy=$work/copy
faults=0

fresh() {
	rm -rf "$copy"
	mkdir "$copy"
	(cd "$root" && tar -cf - --exclude=./.build --exclude=./.git --exclude='./datasets/sources/*' --exclude='./tests/[b-z]*/*' .) | tar -xf - -C "$copy"
}

# found NAME CHECK ARGUMENT... : the check must complain.
found() {
	name=$1
	shift
	if "$@" >"$work/said" 2>&1; then
		echo "not found: $name"
		faults=$((faults + 1))
	else
		echo "found: $name ($(tail -n 1 "$work/said"))"
	fi
	fresh
}

fresh
echo '#include <lmdb.h>' >>"$copy/scoring/rules/score.c"
found "LMDB in the rules" "$here/layers.sh" "$copy"
echo '#include "datasets/store/release.h"' >>"$copy/scoring/model/facts.h"
found "an arrow upwards" "$here/layers.sh" "$copy"
echo '# include <unistd.h>' >>"$copy/scoring/base/text.c"
found "a system header in the core" "$here/layers.sh" "$copy"
echo '#include <cjson/cJSON.h>' >>"$copy/scoring/base/jcs.c"
found "cJSON outside its one file" "$here/layers.sh" "$copy"
echo '#include "text.h"' >>"$copy/scoring/base/jcs.c"
found "a path that is not from the root" "$here/layers.sh" "$copy"
mkdir "$copy/scoring/extra" && echo 'int prb_extra;' >"$copy/scoring/extra/extra.c"
found "a folder without a row" "$here/layers.sh" "$copy"
cp "$copy/tests/CMakeLists.txt" "$copy/lib.mjs"
found "a file astray at the top" "$here/layers.sh" "$copy"

printf '#ifndef PRB_X\n#define PRB_X\nsize_t prb_x(void);\n#endif\n' >"$copy/scoring/base/text.h"
found "a header that leans on others" "$here/headers.sh" "$copy" scoring/base/text.h
printf 'struct prb_x {\n\tint x;\n};\n' >"$copy/scoring/base/text.h"
found "a header without a guard" "$here/headers.sh" "$copy" scoring/base/text.h

for call in 'fopen("x", "r")' 'getenv("HOME")' 'time(NULL)' 'printf("%d", 1)' 'socket(0, 0, 0)' 'environ'; do
	printf '#include <stdio.h>\n#include <stdlib.h>\n#include <sys/socket.h>\n#include <time.h>\nextern char **environ;\nlong prb_plant(void);\nlong\nprb_plant(void)\n{\n\treturn (long)%s;\n}\n' "$call" >"$work/plant.c"
	gcc -O0 -c "$work/plant.c" -o "$work/plant.o"
	rm -f "$work/plant.a"
	ar rcs "$work/plant.a" "$work/plant.o"
	found "$call in the core" "$here/symbols.sh" "$@" "$work/plant.a"
done

printf 'see http:%s.npmj%s.org\n' //registry s >>"$copy/README.md"
found "a package host" "$here/words.sh" "$copy"
printf '/* TO%s: later */\n' DO >>"$copy/scoring/base/text.c"
found "work left undone" "$here/words.sh" "$copy"
printf '%s/scoring\n' "$(cd "$copy" && pwd -P)" >>"$copy/README.md"
found "the folder of the project" "$here/words.sh" "$copy"
printf 'int prb_x;\n' >"$copy/scoring/base/unlicensed.c"
found "a source file without its licence" "$here/words.sh" "$copy"
: >"$copy/scoring/base/a b.h"
found "a file name with a blank" "$here/words.sh" "$copy"

sed -i '/^| GET .\/readyz/d' "$copy/service/API.md"
found "a route that API.md does not have" "$here/api_tables.sh" "$copy"
# The tests that it names are not in the copy.
sed 's/nothing_of_another_organisation/nothing_of_anybody/' "$root/service/SECURITY.md" >"$work/security"
found "a test that is not there" "$here/security.sh" "$root" "$work/security"
sed 's/^\(| V8.3 [^|]*|[^|]*|\).*/\1 all of it |/' "$root/service/SECURITY.md" >"$work/security"
found "a line that names no test" "$here/security.sh" "$root" "$work/security"
sed -i 's/screen/sieve/g' "$copy/CHANGELOG.md"
found "a command the CHANGELOG does not name" "$here/docs.sh" "$copy" "$program"
sed -i 's/jobs/hands/g' "$copy/clients/man/probity-screen.1.scd"
found "an option the man page does not name" "$here/docs.sh" "$copy" "$program"
sed -i 's/rest_days_per_month/rest_days/g' "$copy/clients/man/probity-declaration.5.scd"
found "a member that probity-declaration(5) does not name" "$here/docs.sh" "$copy" "$program"
sed -i 's/"supplier": {"name"/"supplier": {"nam"/' "$copy/clients/man/probity-declaration.5.scd"
found "an example that the program refuses" "$here/docs.sh" "$copy" "$program"
sed -i '/too-deep/d' "$copy/scoring/base/ERRORS.md"
found "an error without its row" "$here/docs.sh" "$copy" "$program"
sed -i '/too-deep/d' "$copy/scoring/base/errors.def"
found "a row without its error" "$here/docs.sh" "$copy" "$program"
rm "$copy/datasets/SOURCES.md"
found "a page that points to nothing" "$here/docs.sh" "$copy" "$program"
: >"$copy/service/decisions/0999-unlisted.md"
found "a decision that is not listed" "$here/docs.sh" "$copy" "$program"
sed -i 's/^# EXIT STATUS$/# STATUS/' "$copy/clients/man/probity-data.1.scd"
found "a man page without a section" "$here/docs.sh" "$copy" "$program"
rm "$copy/clients/man/probity-explain.1.scd"
found "a command without a man page" "$here/docs.sh" "$copy" "$program"
printf '#nospace\n' >>"$copy/clients/man/probity.1.scd"
found "a man page that is not scdoc" "$here/docs.sh" "$copy" "$program"

# And with nothing planted they are content, so that what was found was the plant.
"$here/layers.sh" "$copy"
"$here/headers.sh" "$copy" scoring/base/text.h
"$here/symbols.sh" "$@"
"$here/words.sh" "$copy"
"$here/api_tables.sh" "$copy"
"$here/security.sh" "$root"
"$here/docs.sh" "$copy" "$program"
[ "$faults" -eq 0 ]
