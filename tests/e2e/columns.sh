# SPDX-License-Identifier: Apache-2.0
# POST /v1/screenings?with=columns,declarations: what each column was taken for, and each row as the declaration that it was read as; a list
# that is sent again with headers of ours is read as they say.
. "$SOURCE/tests/e2e/lib.sh"
. "$SOURCE/tests/e2e/server_lib.sh"
server_start state

# screen WITH FILE [CURL OPTION]...
screen() {
	screen_with=$1
	screen_file=$2
	shift 2
	http POST "/v1/screenings?with=$screen_with" -H 'Content-Type: text/csv' --data-binary "@$screen_file" "$@"
}
line() {
	sed -n "$1p" body
}

cat >list.csv <<'END'
Suppliers of 2026;;;
Code;Factory Name;Group "A";Country;Total workers
17;Example Knitwear Ltd;Example Group;Bangladesh;420
18;Nobody;;;
END
screen columns,declarations list.csv
answers 200
check "a line for the columns, and one for each row" [ "$(wc -l <body)" -eq 3 ]
line 1 >columns
check "charset, delimiter and line" grep -qE '^\{"charset":"UTF-8","columns":\[.*\],"delimiter":";","fields":\[.*\],"line":2\}$' columns
check "the column of names" grep -qF '{"at":2,"field":"supplier.name","header":"Factory Name","note":null,"taken":"probity:name"}' columns
check "a column that nobody knows" grep -qF '{"at":1,"field":null,"header":"Code","note":"not known, not used","taken":null}' columns
check "a quote in a header" grep -qF '"header":"Group \"A\""' columns
check "headers that may be given" grep -qE '"fields":\["probity:name","probity:country",.*,"probity:unused"\]' columns
check "row, line and report" grep -qE '^\{"declaration":\{"supplier":\{"country":"Bangladesh","name":"Example Knitwear Ltd"\},"workforce":\{"total":420\}\},"line":3,"report":\{"as_of":' body
check "a row that is refused, as ever" grep -qE '^\{"error":\{.*\},"line":4\}$' body

# The declaration can be sent by itself, and gets the same report.
line 2 | sed 's/^{"declaration":\(.*\),"line":3,"report":.*/\1/' >declaration.json
line 2 | sed 's/.*,"report":\(.*\)}$/\1/' >report
http POST /v1/screenings -H 'Content-Type: application/json' --data-binary @declaration.json
answers 200
check "the same report" [ "$(cat report)" = "$(cat body)" ]

# Corrected: the group is the supplier, and the code is not used at all.
sed '2s/.*/probity:unused;probity:parent;probity:name;Country;probity:unused/' list.csv >corrected.csv
screen columns,declarations corrected.csv
check "read as it is corrected" grep -qF '"declaration":{"supplier":{"aliases":["Example Knitwear Ltd"],"country":"Bangladesh","name":"Example Group"}}' body

# One without the other, and neither.
screen columns list.csv
check "the columns" grep -q '^{"charset"' body
check "bare reports" grep -q '^{"as_of"' body
screen declarations list.csv
check "no columns" lacks '^{"charset"' body
check "declarations" grep -q '^{"declaration":' body
screen '' list.csv
check "neither" lacks '^\{"(charset|declaration)"' body

# Lines of JSON have no columns; what ends a line in them is no end of a line of the answer.
printf '{"supplier":\r{"name":"Example Knitwear Ltd",\r"country":"BGD"}}\n' >one.ndjson
http POST '/v1/screenings?with=columns,declarations' -H 'Content-Type: application/x-ndjson' --data-binary @one.ndjson
answers 200
check "one line" [ "$(wc -l <body)" -eq 1 ]
check "in one piece" grep -qE '^\{"declaration":\{"supplier": \{"name":"Example Knitwear Ltd", "country":"BGD"\}\},"line":1,"report":' body

# A list that is none, and words that are none.
printf 'a,b\n1,2\n' >none.csv
screen columns none.csv
answers 400 invalid-table
screen reports list.csv
answers 400 'with is columns, declarations'
for words in columns, ,columns columns,,declarations ,; do
	screen "$words" list.csv
	answers 400 'with is columns, declarations'
done
# As many columns as are read, each with a long name.
{
	printf 'name,country'
	seq -f ',column-%g-""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""""' 3 1000 | tr -d '\n'
	printf '\nExample Knitwear Ltd,BGD\n'
} >wide.csv
screen columns,declarations wide.csv
answers 200
check "all columns" grep -q '"at":1000,' body
server_stop
finish
