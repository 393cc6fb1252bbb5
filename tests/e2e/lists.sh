# SPDX-License-Identifier: Apache-2.0
# Entity lists of an operator: every manifest that comes along reads its form; bad rows, persons, editions; what `data info` and a
# report say of it afterwards.
. "${0%/*}/lib.sh"

SOURCES="$SOURCE/datasets/sources"
LISTS="$SAMPLES/lists"
build() {
	"$PROBITY" data build --sources "$SOURCES" "$@"
}

# Each form once, then all in one release.
runs 0 build --out page.lmdb --list "uflpa-page=$LISTS/uflpa_page.csv@2026-11-20"
check "rows of the page" grep -q '^list     uflpa: 9 rows read, 9 loaded as 8 entries, 0 left out' out
says 'note: uflpa-004, "Hetian Taida Apparel Co., Ltd."'
{
	printf 'UFLPA Section 2(d)(2)(B)(v)\t\nName of Entity\tEffective Date\n'
	printf 'Annan Canned Food Co., Ltd.\tNovember 25, 2024\nKingherbs Limited\tNovember 25, 2024\n'
} >page.tsv
runs 0 build --out tsv.lmdb --list uflpa-page=page.tsv@2026-11-20
check "by tabs too" grep -q '^list     uflpa: 2 rows read, 2 loaded as 2 entries' out
runs 0 build --out csl.lmdb --list "us-csl=$LISTS/csl.csv@2026-11-20"
check "rows of the screening list" grep -q '^list     us-csl: 7 rows read, 4 loaded as 4 entries, 2 left out as natural persons or not shown to be none, 1 filtered, 0 refused' out
runs 0 build --out simple.lmdb --list "opensanctions-simple=$LISTS/targets.simple.csv@2026-11-20"
check "rows of the simple export" grep -q '^list     opensanctions: 8 rows read, 5 loaded as 5 entries, 2 left out as natural persons or not shown to be none, 1 filtered, 0 refused' out
runs 0 build --out all.lmdb --list "uflpa-page=$LISTS/uflpa_page.csv@2026-11-20" --list "us-csl=$LISTS/csl.csv@2026-11-20" \
	--list "opensanctions-simple=$LISTS/targets.simple.csv@2026-11-20" --list own-list
check "four lists" [ "$(grep -c '^list ' out)" -eq 4 ]
runs 0 "$PROBITY" data info --verify --data all.lmdb
check "said at the top" grep -q '^list     us-csl, loaded by the operator' out
check "its edition" grep -q 'Consolidated Screening List, edition 2026-11-20' out
check "its entries" grep -q '^us-csl: 4 entries' out
check "how complete it is" grep -q 'the lists of the export on the day of the edition; 2 rows of natural persons' out
check "the official list took the place of ours" grep -q '^uflpa: 8 entries' out
check "no person" [ "$(strings all.lmdb | grep -c 'PERSON ROW')" -eq 0 ]
check "the others stay" grep -q '^cbp: 87 entries' out

# Order of rows and of options changes nothing.
{ head -1 "$LISTS/targets.simple.csv"; tail -n +2 "$LISTS/targets.simple.csv" | sort -r; } >shuffled.csv
runs 0 build --out again.lmdb --list opensanctions-simple=shuffled.csv@2026-11-20
check "one release" cmp -s simple.lmdb again.lmdb
runs 0 build --out other.lmdb --list "opensanctions-simple=$LISTS/targets.simple.csv@2026-11-21"
check "another edition, another release" [ "$(cmp -s simple.lmdb other.lmdb; echo $?)" -eq 1 ]

# A report names the list, its edition and what is missing of it.
echo '{"supplier":{"name":"Giant Manufacturing Co Ltd","country":"TWN"}}' >one.json
runs 0 screen --out json --data all.lmdb one.json
check "hit in the loaded list" grep -q '"list":"opensanctions"' out
check "and in ours" grep -q '"list":"cbp"' out
check "its edition in the report" grep -q '"edition":"2026-11-20"' out

# Bad rows: named, exit status 3, nothing written; or left out and said.
printf 'name,country,date\nGood Co,CHN,2024-01-01\nBad Co,Atlantis,2024-01-01\nLate Co,CHN,2024-02-30\n' >own.csv
cp "$SOURCE/datasets/lists/own-list.json" mine.json
runs 3 build --out bad.lmdb --list ./mine.json=own.csv@2026-11-20
says '^own.csv:3:8: "Atlantis" is no country'
says '^own.csv:4:13: "2024-02-30" is no date'
says '^own.csv: 2 rows cannot stand'
says '3 rows read, 1 loaded as 1 entries, .* 2 refused'
check "nothing is written" [ ! -e bad.lmdb ]
runs 0 build --out skipped.lmdb --skip-bad-rows --list ./mine.json=own.csv@2026-11-20
says '^own.csv:3:8: '
runs 0 "$PROBITY" data info --data skipped.lmdb
check "what is missing is said" grep -q '2 rows that could not be read are left out' out

# A file named by the manifest lies beside it; one name may hold '@'.
cp own.csv own-list.csv
runs 0 build --out beside.lmdb --skip-bad-rows --list mine.json
cp own.csv a@b.csv
runs 0 build --out at.lmdb --skip-bad-rows --list mine.json=a@b.csv@2026-11-20

# Manifests that cannot stand, and options.
sed 's/"title"/"titel"/' mine.json >titel.json
runs 3 build --out bad.lmdb --list titel.json=own.csv@2026-11-20
says '^probity: titel.json: /titel: this member is not known here'
echo '{' >cut.json
runs 3 build --out bad.lmdb --list cut.json=own.csv@2026-11-20
says '^probity: cut.json:[0-9]*:[0-9]*: '
runs 3 build --out bad.lmdb --list "us-csl=$LISTS/csl.csv"
says 'no edition'
runs 1 build --out bad.lmdb --list nosuch=own.csv@2026-11-20
says 'nosuch.json: the manifest cannot be read'
runs 1 build --out bad.lmdb --list mine.json=nosuch.csv@2026-11-20
says 'nosuch.csv: cannot be read'
runs 3 build --out bad.lmdb --list us-csl=own.csv@2026-11-20
says 'own.csv:1:1: no row has the columns that the manifest names'
runs 3 build --out bad.lmdb --skip-bad-rows --list mine.json --list mine.json
says 'a second list with the id own-list'
runs 2 build --out bad.lmdb --list =own.csv
runs 2 build --out bad.lmdb --list mine.json=
runs 2 build --out bad.lmdb --list
check "nothing was written" [ ! -e bad.lmdb ]

finish
