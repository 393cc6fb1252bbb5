# SPDX-License-Identifier: Apache-2.0
# One name, pairs of names, an index over the user's own names: what each says, refuses and leaves behind. SANITIZE is not empty
# where the program is slow.
. "${0%/*}/lib.sh"

NAMES="$SOURCE/tests/names"
SOURCES="$SOURCE/datasets/sources"
match() {
	"$PROBITY" match "$@"
}
# Lines of out that match.
count() {
	grep -c -- "$1" out
}

# One name: what was met, why, and which lists were searched.
LISTED="Hetian Haolin Hair Accessories Co., Ltd."
runs 0 match --country CHN "$LISTED"
check "met" grep -q '^1.0000  match: Hetian Haolin Hair Accessories' out
check "on both lists" [ "$(count '^ *cbp-015\|^ *uflpa-003')" -eq 2 ]
check "why" grep -q 'the names are the same or nearly so, and so is the country' out
check "aligned" grep -q '^ *Haolin: the same$' out
check "the form is not counted" grep -q '^ *Co., Ltd: legal form, ignored$' out
runs 0 match --country China "Changji Esqel Textiles LLC"
check "met in another spelling" grep -q '^0[.][89][0-9]*  match: Changji Esquel Textile' out
check "a typo is said" grep -q 'Esqel is like Esquel: 1 letter differs' out
runs 0 match --country CHN --min 0.3 "Guangzhou No. 3 Reeducation-Through-Labor Camp"
check "another number is said" grep -q '^ *3 is not 1: numbers that differ$' out
check "and is another camp" [ "$(count '^[01][.][0-9]*  \(match\|possible\)')" -eq 0 ]
runs 0 match "$LISTED"
check "without a country nothing is a match" [ "$(count '^[01][.][0-9]*  match')" -eq 0 ]
check "but possible" grep -q '^1.0000  possible, for a person to decide: ' out
check "and why" grep -q 'the country of the company asked for is not known' out
runs 0 match --country BGD "$LISTED"
check "in another country neither" [ "$(count '^[01][.][0-9]*  match')" -eq 0 ]
check "and why" grep -q 'the names are the same, the countries differ' out
runs 2 match --country Atlantis "$LISTED"
says 'Atlantis: no country has that code or name'
runs 0 match --country CHN --limit 1 "$LISTED"
check "one is shown" [ "$(count '^[01][.]')" -eq 1 ]
runs 0 match --country CHN --min 1 "$LISTED"
check "only the equal" [ "$(count '^0[.]')" -eq 0 ]

# The same as JSON.
runs 0 match --country CHN --out json "$LISTED"
check "a decision" grep -q '"decision":"match"' out
check "an entry" grep -q '"id":"uflpa-003"' out
check "pieces" grep -q '{"key":"legal_form","name":' out
check "a similarity" grep -q '"similarity":1000000' out
check "no clearance" grep -q '"notes":\["no_match_is_no_clearance"\]' out
check "one line" [ "$(lines)" -eq 1 ]
runs 2 match --out xml "$LISTED"

# In other languages and scripts.
runs 0 match --lang zh --country CHN 保定市绿叶硕子岛商贸有限公司
check "met by its Chinese name" grep -q 'uflpa-001' out
check "in Chinese" grep -q '名称相同或几乎相同，国家相同' out
check "the lists too" grep -q '^已查名单：$' out
runs 0 match --lang ar --country CHN "$LISTED"
check "in Arabic" grep -q 'uflpa-003' out
check "the lists too" grep -q '^القوائم التي بُحث فيها:$' out
runs 2 match --lang tlh "$LISTED"

# "No match" names every list, its edition and what is missing of it, and that it is no clearance.
runs 0 match --out json --country CHN "Rosewood Zebra Parade"
cp out none.json
check "nothing is met" grep -q '^{"items":\[\],' none.json
runs 0 match --country CHN "Rosewood Zebra Parade"
check "said" grep -q '^No entry is like Rosewood Zebra Parade[.]$' out
lists=$(tail -n +2 "$SOURCES/entities.csv" | cut -d, -f2 | sort -u | wc -l)
check "every list" [ "$(count '^  - ')" -eq "$lists" ]
for what in edition title completeness; do
	grep -o "\"$what\":\"[^\"]*\"" none.json | cut -d'"' -f4 >said
	check "every $what" [ "$(wc -l <said)" -eq "$lists" ]
	while IFS= read -r text; do
		check "$what of a list" grep -qF -- "$text" out
	done <said
done
check "how much of the UFLPA list is held" grep -q 'UFLPA Entity List, edition .*, [0-9]* entries (88 of the 144 ' out
check "no clearance" grep -q 'is not a clearance' out

# Every hostile name has a clear answer.
runs 2 match ""
runs 2 match " "
runs 2 match one two
says 'put it between quotation marks'
every=1
[ -z "${SANITIZE:-}" ] || every=8
row=0
tab=$(printf '\t')
while IFS= read -r line; do
	row=$((row + 1))
	if [ "$row" -eq 1 ] || [ $((row % every)) -ne 0 ]; then
		continue
	fi
	name=${line%%"$tab"*}
	rest=${line#*"$tab"}
	case ${rest%%"$tab"*} in
	error) runs 2 match --country CHN -- "$name" ;;
	none)
		runs 0 match --country CHN -- "$name"
		check "row $row meets nothing" grep -q '^No entry is like ' out
		;;
	possible)
		runs 0 match --country CHN -- "$name"
		check "row $row is possible" grep -q '^0[.][0-9]*  possible, ' out
		check "and no more" [ "$(count '^[01][.][0-9]*  match')" -eq 0 ]
		;;
	*) check "row $row expects something" false ;;
	esac
done <"$NAMES/hostile.tsv"
"$NAMES/hostile" --queries >bad_queries.tsv
"$NAMES/hostile" --pairs >bad_pairs.tsv

# Pairs: the columns may stand in any order, and others between them; a header row comes first.
cat >pairs.tsv <<'END'
query	candidate	query_country	candidate_country	query_address	candidate_address
Changji Esquel Textile	CHANGJI ESQUEL TEXTILES CO., LTD.	CHN	China
Changji Esquel Textile	CHANGJI ESQUEL TEXTILES CO., LTD.	BGD	China
Changji Esquel Textile	Changji Esquel Textile
Wanli Factory No. 2	Wanli Factory No. 3	CHN	CHN
Machinery Works Co., Ltd.	Machinery Works Co Ltd	CHN	CHN	Suzhou, Jiangsu	Suzhou City, Jiangsu Province
Machinery Works Co., Ltd.	Machinery Works Co Ltd	CHN	CHN

Esquel	Bitland
END
runs 0 match --pairs pairs.tsv
check "a header row" [ "$(head -1 out)" = "query${tab}candidate${tab}similarity${tab}decision" ]
check "a row for each pair" [ "$(lines)" -eq 8 ]
cut -f4 out | tail -n +2 | tr '\n' ' ' >decisions
check "in order" [ "$(cat decisions)" = "match possible possible none match possible none " ]
check "names as they were" grep -q "^Esquel${tab}Bitland${tab}0[.]0000${tab}none\$" out
cp out answers
awk -F '\t' 'BEGIN { OFS = "\t" } NF { print $4, "x", $2, $6, $1, $3, $5, "y" }' pairs.tsv >mixed.tsv
runs 0 match --pairs mixed.tsv
check "columns in any order" cmp -s out answers
{
	printf '\357\273\277'
	sed 's/$/\r/' pairs.tsv
} >windows.tsv
runs 0 match --pairs windows.tsv
check "with a byte order mark and carriage returns" cmp -s out answers
cut -f1,2 pairs.tsv >bare.tsv
runs 0 match --pairs bare.tsv
check "without what stands beside, nothing is a match" [ "$(count "${tab}match\$")" -eq 0 ]
check "the names alone" [ "$(count "${tab}possible\$")" -eq 5 ]
printf 'query\tother\nA\tB\n' >column.tsv
runs 3 match --pairs column.tsv
says 'column.tsv:1: the header row names no column "candidate"'
check "no answer" [ ! -s out ]
printf 'query\tcandidate\nEsquel\nEsquel\tEsquel\n' >short.tsv
runs 3 match --pairs short.tsv
says 'short.tsv:2: the row has 1 columns'
check "the others are answered" [ "$(lines)" -eq 2 ]
: >empty.tsv
runs 3 match --pairs empty.tsv
says 'the file is empty'
runs 1 match --pairs nosuch.tsv
runs 0 match --pairs bad_pairs.tsv
check "each bad name has a line" [ "$(LC_ALL=C wc -l <out)" -eq "$(wc -l <bad_pairs.tsv)" ]
says 'bad_pairs.tsv:2: query has 1025 bytes: a name has at most 1024'
check "and is like none" [ "$(LC_ALL=C sed -n 2p out | cut -f3,4)" = "0.0000${tab}none" ]

# An index: what it finds, the same by every way, and what it is of no use for.
{
	echo name
	tail -n +2 "$NAMES/pairs/ordinary.tsv" | cut -f1
	echo "$LISTED"
} >names.tsv
{
	echo query
	echo "Hetian Haolin Hair Accesories"
	echo "Zqxj Vkpt"
	tail -n +2 "$NAMES/pairs/ordinary.tsv" | cut -f1
} >queries.tsv
runs 0 match --build names.tsv --out names.index
runs 0 match --index names.index --queries queries.tsv --timing took
check "a header row" [ "$(head -1 out)" = "query${tab}name${tab}similarity" ]
check "found" grep -q "^Hetian Haolin Hair Accesories${tab}$LISTED${tab}0[.]9" out
check "nothing is like it" grep -q "^Zqxj Vkpt${tab}${tab}0[.]0000\$" out
check "a time for each query" [ "$(grep -c '^[1-9][0-9]*$' took)" -eq "$(($(wc -l <queries.tsv) - 1))" ]
cp out found
# Each name finds itself: what is first is as alike as can be, except for names without a word.
tail -n +2 queries.tsv | tail -n +3 >asked
awk -F '\t' 'NR > 1 && $1 != last { last = $1; if ($3 != "1.0000") print $1 }' found | tail -n +3 >missed
check "each name finds itself" [ ! -s missed ]
runs 0 match --index names.tsv --queries queries.tsv
check "of a table, the same" cmp -s out found
runs 0 match --index names.index --queries queries.tsv --jobs 3
check "by three threads, the same" cmp -s out found
runs 0 match --index names.index --queries queries.tsv --limit 1
check "one for each" [ "$(lines)" -eq "$(wc -l <queries.tsv)" ]
runs 0 match --build names.tsv --out again.index
check "an index has no date in it" cmp -s names.index again.index
runs 2 match --index names.index --queries queries.tsv --limit 0
runs 2 match --index names.index --queries queries.tsv --limit 101
runs 2 match --index names.index --queries queries.tsv --jobs 0
runs 2 match --index names.index
runs 2 match --queries queries.tsv
runs 2 match --build names.tsv
runs 2 match --build names.tsv --out x.index --index names.index --queries queries.tsv
runs 2 match --pairs pairs.tsv "$LISTED"
runs 1 match --index nosuch.index --queries queries.tsv
runs 1 match --index names.index --queries nosuch.tsv
runs 1 match --index names.index --queries queries.tsv --timing nosuch/took
cp queries.tsv text.index
runs 1 match --index text.index --queries queries.tsv
runs 3 match --index names.index --queries bad_queries.tsv
says 'bad_queries.tsv:2: the name is longer than 1024 bytes'
says 'the name is not UTF-8'
check "the others are answered" [ "$(LC_ALL=C wc -l <out)" -gt 5 ]
printf 'name\nGood Co\n\377 Co\n' >bad_names.tsv
runs 3 match --build bad_names.tsv --out bad.index
says 'bad_names.tsv:3: the name is not UTF-8'
check "nothing is written" [ ! -e bad.index ]

# Other tables take names apart in another way.
cp -r "$SOURCES" other
sed '$s/^[^,]*/zqxjvkpt/' "$SOURCES/name_words.csv" >other/name_words.csv
runs 0 "$PROBITY" data build --sources other --out other.lmdb
runs 1 match --data other.lmdb --index names.index --queries queries.tsv
says 'names.index: it was built by another version of the program or of its dataset release'

finish
