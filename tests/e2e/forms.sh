# SPDX-License-Identifier: Apache-2.0
# Forms of input and output.
. "${0%/*}/lib.sh"

cat >one.json <<'END'
{"supplier": {"name": "Example Garments Ltd", "country": "BGD"},
 "products": [{"hs": "6109", "origin": "BGD"}],
 "findings": [{"indicator": "excessive_overtime", "state": "present", "source": "audit_unannounced", "date": "2026-02-11"}]}
END
tr -d '\n' <one.json >one.ndjson
echo >>one.ndjson
{ cat one.ndjson one.ndjson; printf '\n'; cat one.ndjson; } >three.ndjson
{ echo '['; cat one.json; echo ','; cat one.json; echo ']'; } >two.json

# One object in, one object out; an array in, an array out; lines give an array, or lines.
runs 0 screen --out json one.json
check "an object" [ "$(head -c 1 out)" = "{" ]
printf '%s' "$(cat out)" >report.json
runs 0 "$PROBITY" canonicalize report.json
check "the report is canonical" cmp -s out report.json
runs 0 screen --out json two.json
check "an array" [ "$(head -c 1 out)" = "[" ]
cp out array.json
runs 0 "$PROBITY" canonicalize array.json
check "of two" [ "$(tr '}' '\n' <out | grep -c '"as_of":"2026-06-30"')" -ge 2 ]
runs 0 screen --out json three.ndjson
check "lines give an array" [ "$(head -c 1 out)" = "[" ]
runs 0 screen --out ndjson three.ndjson
check "three lines" [ "$(lines)" -eq 3 ]
sort -u out >unique
check "that are the same" [ "$(wc -l <unique)" -eq 1 ]
check "and the same report as in JSON" sh -c 'tr -d "\n" <unique | cmp -s - report.json'
echo '[]' >none.json
runs 0 screen --out json none.json
check "no declaration gives an empty array" [ "$(cat out)" = "[]" ]

# Standard input, in every form, with and without --in.
for file in one.json two.json three.ndjson "$SAMPLES/vegoil_sample.csv"; do
	runs 0 screen --out ndjson "$file"
	mv out named
	runs 0 sh -c '"$0" screen --quiet --as-of '$AS_OF' --out ndjson - <"$1"' "$PROBITY" "$file"
	check "standard input: ${file##*/}" cmp -s named out
done
for pair in json:two.json ndjson:three.ndjson "csv:$SAMPLES/vegoil_sample.csv"; do
	runs 0 screen --out ndjson "${pair#*:}"
	mv out found
	runs 0 screen --in "${pair%%:*}" --out ndjson "${pair#*:}"
	check "--in ${pair%%:*}" cmp -s found out
done

# A table is for people: a head, a line a row, the rule in words, no colour where it is no terminal.
runs 0 screen one.json
check "the rule in words" grep -q 'an indicator reported where residual exposure is 40 or more' out
check "the rating" grep -q ' high ' out
check "no escape characters" [ "$(tr -dc '\033' <out | wc -c)" -eq 0 ]

# Formulas do no harm in a spreadsheet.
printf 'name,country\n=cmd(),BGD\n+1,BGD\n-1,BGD\n@a,BGD\n"=a ""b"", c",BGD\nplain,BGD\n' >formula.csv
runs 0 screen --out csv formula.csv
cut -d, -f2 out | tail -n +2 >names
check "no cell begins a formula" [ "$(grep -c '^"\{0,1\}[=+@-]' names)" -eq 0 ]
check "five have an apostrophe" [ "$(grep -c "^\"\{0,1\}'" names)" -eq 5 ]
check "a plain name stays plain" grep -qx plain names
runs 0 screen --out ndjson formula.csv
check "JSON keeps the name as it is" grep -q '"name":"=cmd()"' out

# Encodings of one list give one set of reports.
printf 'name,country\nM\303\274ller \316\251,CHE\nB,BGD\n' >utf8.csv
printf '\357\273\277name,country\r\nM\303\274ller \316\251,CHE\r\nB,BGD\r\n' >bom.csv
printf 'name;country\nM\303\274ller \316\251;CHE\nB;BGD\n' >semicolon.csv
printf 'name\tcountry\nM\303\274ller \316\251\tCHE\nB\tBGD\n' >tab.csv
printf 'Our suppliers,\n,\nname,country\nM\303\274ller \316\251,CHE\nB,BGD\n' >title.csv
runs 0 screen --out ndjson utf8.csv
mv out utf8
for list in bom semicolon tab title; do
	runs 0 screen --out ndjson $list.csv
	check "$list" cmp -s utf8 out
done
printf 'name,country\nM\374ller,CHE\n' >windows.csv
runs 0 screen --out ndjson windows.csv
check "Windows-1252" grep -q "\"name\":\"M$(printf '\303\274')ller\"" out

# Who declares: a supplier's own word of absence is not taken, a company's is.
cat >absent.json <<'END'
{"supplier": {"name": "A", "country": "BGD"},
 "findings": [{"indicator": "deception", "state": "absent", "source": "audit_unannounced", "date": "2026-01-01"}]}
END
runs 0 screen --out ndjson absent.json
check "a company's report of an audit counts" grep -q '"indicators_known":1,' out
runs 0 screen --declarant supplier --out ndjson absent.json
check "a supplier's does not" grep -q '"indicators_known":0,' out
check "and is listed" grep -q '"unconfirmed":\[{"at":"/findings/0","key":"absence"}\]' out

# The default product is for rows that name none.
runs 0 screen --default-product 5201 --out ndjson one.json
mv out with
runs 0 screen --out ndjson one.json
check "a product that is named stays" cmp -s with out
finish
