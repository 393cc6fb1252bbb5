# SPDX-License-Identifier: Apache-2.0
# Bad input: each says what to do and where, and nothing half-written comes out.
. "${0%/*}/lib.sh"

# refused TEXT PATTERN [ROWS]: exit 3, a line on stderr, ROWS whole reports on stdout; as NDJSON and as JSON.
refused() {
	printf "$1" >input
	runs 3 screen --out ndjson input
	says "$2"
	check "reports beside the refusal: $1" [ "$(lines)" -eq "${3:-0}" ]
	check "each line is whole: $1" [ "$(grep -c '^{.*}$' out)" -eq "${3:-0}" ]
	check "the file is named: $1" [ "$(grep -c '^input:' err)" -ge 1 ]
	runs 3 screen --out json input
	mv out answer.json
	if [ -s answer.json ]; then
		runs 0 "$PROBITY" canonicalize answer.json
	fi
	runs 3 screen --jobs 2 --out ndjson input
	says "$2"
}
good='{"supplier":{"name":"A","country":"BGD"}}'

# JSON that is none, or cut.
refused '{"supplier":' 'the text ends inside the declaration that begins in line 1'
refused '{"supplier":{"name":"A","country":"BGD"},}' '^input:1: byte [0-9]*: '
refused '{"supplier":{"name":"A","name":"B","country":"BGD"}}' '^input:1: byte 24: .*stands twice'
refused '{"supplier":{"name":"A\\ud800","country":"BGD"}}' '^input:1: byte [0-9]*: .*surrogate'
refused "[$good,{\"supplier\":{\"name\":\"B\"" 'the text ends before its array is closed' 1
refused "$good\n{\"supplier\":{\"name\":\"A\",\"country\":\"BGD\"}\n$good\n" '^input:2: byte ' 2
refused "[$good,7,$good]" 'an object is wanted here, not a number' 2

# Members and values.
refused '{"supplier":{"name":"A","country":"BGD"},"rating":"low"}' '^input:1: /rating: .*no such member'
refused '{"supplier":{"name":"A","country":"BGD"},"workforce":{"Total":3}}' '^input:1: /workforce/Total: '
refused '{"supplier":{"name":"A","country":"Atlantis"}}' '^input:1: /supplier/country: "Atlantis" is not a country: give'
refused '{"supplier":{"name":"A","country":"Xanadu"}}' '^input:1: /supplier/country: '
refused '{"supplier":{"name":"A","country":7}}' '^input:1: /supplier/country: a string is wanted here, not a number'
refused '{"supplier":{"name":"A"}}' '^input:1: /supplier/country: this member is required'
refused '{"supplier":{"name":"A","country":"CHN","region":"US-CA"}}' '^input:1: /supplier/region: .*does not lie in China'
refused '{"supplier":{"name":"A","country":"BGD"},"products":[{"hs":"9999"}]}' '^input:1: /products/0/hs: there is no heading 9999'
refused '{"supplier":{"name":"A","country":"BGD"},"products":[{"origin":"Atlantis"}]}' '^input:1: /products/0/origin: '
refused '{"supplier":{"name":"A","country":"BGD"},"sites":[{"id":"a","country":"Atlantis"}]}' '^input:1: /sites/0/country: '
refused '{"supplier":{"name":"A","country":"BGD"},"workforce":{"nationalities":["IND","Atlantis"]}}' \
	'^input:1: /workforce/nationalities/1: '
refused '{"supplier":{"name":"A","country":"BGD"},"findings":[{"indicator":"deception","state":"present","source":"ngo","date":"2026-07-01"}]}' \
	'^input:1: /findings/0/date: the finding is dated after the as-of date'
refused '{"supplier":{"name":"A","country":"BGD"},"findings":[{"item":"ZZ99","state":"present","source":"ngo"}]}' \
	'^input:1: /findings/0/item: no item'
refused '{"supplier":{"name":"A","country":"BGD"},"findings":[{"indicator":"deception","item":"CD01","state":"present","source":"ngo"}]}' \
	'^input:1: /findings/0/item: indicator and item do not agree'

# One row can have several faults, and every one is said.
refused '{"supplier":{"name":"","country":7},"x":1}' '^input:1: /supplier/name: '
says '^input:1: /supplier/country: '
says '^input:1: /x: '

# Over-long fields and rows.
long=$(awk 'BEGIN { for (i = 0; i < 401; i++) printf "x" }')
refused "{\"supplier\":{\"name\":\"$long\",\"country\":\"BGD\"}}" '^input:1: /supplier/name: the text has 401 bytes, at most 400'
awk 'BEGIN { printf "{\"supplier\":{\"name\":\""; for (i = 0; i < 1100000; i++) printf "x"; print "\",\"country\":\"BGD\"}}" }' >huge.json
runs 3 screen --out ndjson huge.json
says '^huge.json:1: the declaration is longer than 1048576 bytes'
check "nothing of it comes out" [ ! -s out ]
awk 'BEGIN { print "name,country"; print "A,BGD"; printf "\""; for (i = 0; i < 1100000; i++) printf "x"; print "\",BGD" }' >huge.csv
runs 3 screen --out ndjson huge.csv
check "the row before it does" [ "$(lines)" -eq 1 ]
says '^huge.csv:3: the row is longer than 1048576 bytes'

# Lists that are none.
refused '' 'the input is empty: '
refused '\n \n\n' 'the input is empty: '
refused 'hello\n' 'no name column'
refused 'a,b\n1,2\n' "no name column in the first 30 lines; seen in line 1: 'a', 'b'"
refused 'name,phone\nA,1\n' 'country'
refused 'name,country\nA,BGD\nB\nC,BGD\n' '^input:3: the row has 1 cell, the header has 2' 2
refused 'name,country\nA,BGD\nB,\nC,Nowhere\nD,IND\n' '^input:4: /supplier/country: "Nowhere" is not a country' 2
says '^input:3: '
refused 'name,country\n,BGD\nA,BGD\n' '^input:2: ' 1

# Files and options.
runs 1 screen nosuch.csv
says 'nosuch.csv: No such file'
runs 1 screen .
says 'Is a directory'
runs 2 "$PROBITY"
says '^usage: probity COMMAND'
runs 2 "$PROBITY" nosuch
says 'there is no command "nosuch"'
for options in "" "a b" "--nosuch x" "--out docx x" "--out xml x" "--in xml x" "--as-of 2026-02-30 x" "--declarant me x" "--jobs 0 x" \
	"--jobs 257 x" "--jobs -1 x" "--lang xx x" "--out" "--default-product 99 one.json" "--default-product 6x one.json"; do
	echo "$good" >one.json
	# shellcheck disable=SC2086
	runs 2 "$PROBITY" screen $options
	says '--help'
	check "nothing on stdout for: $options" [ ! -s out ]
done
# Said once, and no figures of what nobody got.
echo "$good" >one.json
"$PROBITY" screen one.json >/dev/full 2>err
check "a full disk is said once" [ "$(grep -c 'No space left' err)" -eq 1 ]
check "no count is given" [ "$(grep -c ' rated: ' err)" -eq 0 ]
runs 2 "$PROBITY" screen --default-product '61"' one.json
says 'has digits only'
for command in "" screen explain data canonicalize; do
	# shellcheck disable=SC2086
	runs 0 "$PROBITY" $command --help
	check "help of '$command'" grep -q usage out
done
finish
