# SPDX-License-Identifier: Apache-2.0
# Lists in the character set that they declare: a listed company is met in all of them, online and offline.
. "${0%/*}/lib.sh"
. "${0%/*}/server_lib.sh"

# in_set NAME: list.utf8 as list.NAME; "skipped" where this system's iconv does not have the set.
in_set() {
	iconv -f UTF-8 -t "$1" list.utf8 >"list.$1" 2>/dev/null || echo "skipped: iconv has no $1"
}
post() {
	post_type=$1
	shift
	http POST /v1/screenings -H "Content-Type: $post_type" "$@"
}

# The Chinese name alone is on the list, so that a list that is read in another set meets nobody.
printf 'name,country\n保定市绿叶硕子岛商贸有限公司,CHN\n新疆大全新能源股份有限公司,CHN\nExample Garments Ltd,BGD\n' >list.utf8
server_start state
post 'text/csv; charset=utf-8' --data-binary @list.utf8
answers 200
cp body reports
check "two are listed" [ "$(grep -cE '"uflpa-00(1|6)"' reports)" -eq 2 ]
runs 0 screen --out ndjson --charset utf-8 list.utf8
check "utf-8: offline as online" cmp -s out reports
for set in gb18030 GBK UTF-16 UTF-16LE UTF-16BE; do
	in_set $set
	[ -s "list.$set" ] || continue
	post "text/csv; charset=$set" --data-binary "@list.$set"
	answers 200
	check "$set: the same reports" cmp -s body reports
	check "$set: nothing is assumed" lacks '^Charset-Assumed:' head
	post "text/csv;header=present;CHARSET=\"$set\"" -H 'Transfer-Encoding: chunked' --data-binary "@list.$set"
	check "$set: in quotes, in chunks" cmp -s body reports
	runs 0 screen --out ndjson --charset $set list.$set
	check "$set: offline as online" cmp -s out reports
done

# The set of a long list is declared, and its first window is ASCII.
{ echo name,country; seq -f 'Example Garments %g Ltd,BGD' 1 4000; sed 1d list.gb18030; } >long.gb18030
post 'text/csv; charset=gb18030' --data-binary @long.gb18030
check "a long list: two are listed" [ "$(grep -cE '"uflpa-00(1|6)"' body)" -eq 2 ]
post text/csv --data-binary @long.gb18030
answers 200
check "undeclared, both rows are refused" [ "$(grep -c '^{"error":.*not UTF-8.*,"line":400[23]}$' body)" -eq 2 ]

# Cyrillic, and the country's name with it.
printf 'name,country\nШвейная фабрика,Узбекистан\n' >list.utf8
runs 0 screen --out ndjson list.utf8
mv out reports
for set in windows-1251 koi8-r iso-8859-5; do
	in_set $set
	[ -s "list.$set" ] || continue
	post "text/csv; charset=$set" --data-binary "@list.$set"
	answers 200
	check "$set: the same reports" cmp -s body reports
	runs 0 screen --out ndjson --charset $set list.$set
	check "$set: offline as online" cmp -s out reports
done

# Nothing is declared: what it is taken for is said.
printf 'name,country\nM\374ller,CHE\n' >list.1252
post text/csv --data-binary @list.1252
answers 200 'Müller'
has_field 'Charset-Assumed: windows-1252.$'
post 'text/csv; charset=windows-1252' --data-binary @list.1252
answers 200 'Müller'
check "declared, it is not" lacks '^Charset-Assumed:' head
runs 0 "$PROBITY" screen --out ndjson list.1252
says 'a list in windows-1252 [(]assumed; where it is another, name it with --charset[)]'
runs 0 "$PROBITY" screen --out ndjson --charset windows-1252 list.1252
says 'a list in windows-1252, cells'

# A set that is not known, and bytes that are not of the set.
post 'text/csv; charset=gb-18031' --data-binary @list.1252
answers 415 'the charset \\"gb-18031\\" is not known'
post 'text/csv; charset=' --data-binary @list.1252
answers 415 'the charset \\"\\" is not known'
post 'text/csv; charset=utf-8; charset=gb18030' --data-binary @list.1252
answers 415 'two charsets'
post 'application/x-ndjson; charset=gb18030' --data-binary @list.1252
answers 415
runs 2 screen --charset gb-18031 list.1252
says 'charset gb-18031: a name such as'
printf 'name,country\nA,CHE\nM\374ller,CHE\nB,CHE\n' >foreign.csv
post 'text/csv; charset=utf-8' --data-binary @foreign.csv
answers 200
check "three lines, the second a refusal" [ "$(sed -n 2p body | grep -c '^{"error":.*line 3 is not in the declared character set, utf-8.*"line":3}$')" -eq 1 ]
check "and two reports" [ "$(grep -c '^{"as_of"' body)" -eq 2 ]
runs 3 screen --charset utf-8 foreign.csv
says 'foreign.csv:3: .*line 3 is not in the declared character set, utf-8'
printf 'n\374me,name,country\nA,A,CHE\n' >head.csv
post 'text/csv; charset=utf-8' --data-binary @head.csv
answers 400 'line 1 is not in the declared character set, utf-8'
server_stop
finish
