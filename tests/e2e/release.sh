# SPDX-License-Identifier: Apache-2.0
# Dataset releases: built, described, compared; missing, cut and damaged ones are said and never crash anything.
. "${0%/*}/lib.sh"

echo '{"supplier":{"name":"A","country":"BGD"}}' >one.json

# Two builds, one of them from rows in another order: one hash, and the same file byte by byte.
cp -r "$SOURCE/datasets/sources" shuffled
for table in countries goods listed_goods regions region_aliases product_keywords; do
	{ head -1 "shuffled/$table.csv"; tail -n +2 "shuffled/$table.csv" | sort -r; } >table
	# Only tables without line breaks in cells may be shuffled by lines.
	if [ "$(tr -dc '"' <table | wc -c)" -eq 0 ] || awk 'gsub(/"/, "\"") % 2 == 1 { exit 1 }' table; then
		mv table "shuffled/$table.csv"
	fi
done
check "rows were shuffled" [ "$(cmp -s shuffled/countries.csv "$SOURCE/datasets/sources/countries.csv"; echo $?)" -eq 1 ]
runs 0 "$PROBITY" data build --sources "$SOURCE/datasets/sources" --out a.lmdb
mv out a.out
runs 0 "$PROBITY" data build --sources shuffled --out b.lmdb
check "one name" [ "$(grep '^release' out)" = "$(grep '^release' a.out)" ]
check "one file" cmp -s a.lmdb b.lmdb
check "one sidecar" cmp -s a.lmdb.meta b.lmdb.meta
runs 0 "$PROBITY" data diff a.lmdb b.lmdb
check "no difference" grep -q '^0 rows differ' out
runs 0 "$PROBITY" data info --verify --data a.lmdb
check "verified" grep -q '^verified: ' out
check "editions are said" grep -q 'edition' out

# One changed row is one difference, and another name.
awk -F, 'NR > 1 && !done && /^row|^14,/ { sub(/Low exposure/, "Little exposure"); done = /Little/ } 1' \
	shuffled/method_rating.csv >table && mv table shuffled/method_rating.csv
runs 0 "$PROBITY" data build --sources shuffled --out c.lmdb
check "another name" [ "$(grep '^release' out)" != "$(grep '^release' a.out)" ]
runs 1 "$PROBITY" data diff a.lmdb c.lmdb
check "something differs" [ "$(grep -c '^0 rows differ' out)" -eq 0 ]

# A bad row: file, line and column, and nothing is written.
cp "$SOURCE/datasets/sources/countries.csv" shuffled/countries.csv
printf 'QQQ,Q\n' >>shuffled/countries.csv
last=$(wc -l <shuffled/countries.csv | tr -d ' ')
runs 3 "$PROBITY" data build --sources shuffled --out d.lmdb
says "countries.csv:$last:[0-9]*: "
check "nothing is written" [ ! -e d.lmdb ]
check "nor a sidecar" [ ! -e d.lmdb.meta ]
cp a.lmdb d.lmdb
cp a.lmdb.meta d.lmdb.meta
runs 3 "$PROBITY" data build --sources shuffled --out d.lmdb
check "the old release stays" cmp -s a.lmdb d.lmdb
runs 1 "$PROBITY" data build --sources nosuch --out e.lmdb
says 'no such folder'
runs 1 "$PROBITY" data build --sources "$SOURCE/datasets/sources" --out nosuch/e.lmdb
says 'nosuch/e.lmdb'
runs 2 "$PROBITY" data build
runs 2 "$PROBITY" data nosuch
runs 2 "$PROBITY" data diff a.lmdb

# unusable FILE PATTERN: screening and describing refuse it by name and say what to do.
unusable() {
	runs 1 screen --data "$1" one.json
	says "^probity: $1"
	says "$2"
	says 'probity data build'
	check "nothing on stdout" [ ! -s out ]
	runs 1 "$PROBITY" data info --data "$1"
	says "$2"
}
unusable nosuch.lmdb 'no such file'
cp a.lmdb lone.lmdb
unusable lone.lmdb 'no such file'
cp a.lmdb.meta empty.lmdb.meta
: >empty.lmdb
unusable empty.lmdb 'size'
echo nonsense >odd.lmdb.meta
cp a.lmdb odd.lmdb
unusable odd.lmdb 'sidecar\|meta'
bytes=$(wc -c <a.lmdb | tr -d ' ')
for keep in 1 100 4096 100000 $((bytes - 1)) $((bytes - 4096)); do
	head -c "$keep" a.lmdb >cut.lmdb
	cp a.lmdb.meta cut.lmdb.meta
	unusable cut.lmdb 'cut'
done
for at in 0 16 24 100 4100 4120 70000 $((bytes / 2)) $((bytes - 1)); do
	cp a.lmdb flip.lmdb
	cp a.lmdb.meta flip.lmdb.meta
	printf 'Z' | dd of=flip.lmdb bs=1 seek="$at" conv=notrunc 2>/dev/null
	cmp -s a.lmdb flip.lmdb || unusable flip.lmdb 'probity data build'
done
# The release of the environment, and a flag that goes before it.
runs 1 env PROBITY_DATA=nosuch.lmdb "$PROBITY" screen one.json
says 'nosuch.lmdb'
runs 0 env PROBITY_DATA=nosuch.lmdb "$PROBITY" screen --data a.lmdb one.json

# A link leads to the release and to its sidecar.
ln -s a.lmdb link.lmdb
runs 0 "$PROBITY" screen --data link.lmdb one.json
# What is no file is not replaced by one.
mkdir folder
runs 1 "$PROBITY" data build --sources "$SOURCE/datasets/sources" --out folder
says 'is no file that could be replaced'
mkfifo pipe
runs 1 "$PROBITY" data build --sources "$SOURCE/datasets/sources" --out pipe
check "the pipe is still one" [ -p pipe ]
# A value beyond its scale is a slip of the pen; capping it would hide it.
cp -r "$SOURCE/datasets/sources" beyond
sed -i 's/^\(BGD,vdem_rule_of_law,\)[^,]*/\17.5/' beyond/country_indicators.csv
runs 3 "$PROBITY" data build --sources beyond --out beyond.lmdb
says 'country_indicators.csv:[0-9]*:[0-9]*: .*"7.5" lies beyond the ends of vdem_rule_of_law'
check "nothing is built of it" [ ! -e beyond.lmdb ]

# A disk that is full while building: said, and nothing is left behind.
if [ "$(id -u)" -eq 0 ] && mkdir small && mount -t tmpfs -o size=1m tmpfs small 2>/dev/null; then
	runs 1 "$PROBITY" data build --sources "$SOURCE/datasets/sources" --out small/r.lmdb
	says 'no room left'
	check "nothing is left behind" [ -z "$(ls -A small)" ]
	umount small
else
	echo "skipped: a full disk while building (needs root and a mount of tmpfs)"
fi
finish
