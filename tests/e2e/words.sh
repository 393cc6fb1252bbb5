# SPDX-License-Identifier: Apache-2.0
# Reports in words, and canonical JSON.
. "${0%/*}/lib.sh"

# rated RATING ROW JSON: the declaration rates so by that row of the decision table, and the explanation says why and why not otherwise.
rated() {
	printf '%s' "$3" >declaration.json
	runs 0 screen --out json declaration.json
	check "rated $1" grep -q "\"rating\":\"$1\"" out
	mv out report.json
	runs 0 "$PROBITY" explain report.json
	check "$1 is said" grep -q ": $1\$" out
	check "$1: the row is named" grep -q "(row $2 of the decision table)" out
	check "$1: no argument is left open" [ "$(grep -c '{[0-9a-z_:]*}' out)" -eq 0 ]
	check "$1: no bare key is left" [ "$(grep -c '[a-z]_[a-z]*_[a-z]' out)" -le "$(grep -c 'source: ' out)" ]
	check "$1: not a finding of law" grep -q 'not a finding of law' out
	if [ "$1" != low ]; then
		check "$1: why not lower" grep -q '^Why not low' out
	fi
	if [ "$1" != critical ]; then
		check "$1: why not higher" grep -q '^Why not ' out
	fi
	mv out "$1.txt"
}
rated critical 2 '{"supplier":{"name":"A","country":"CHN","region":"CN-XJ"}}'
check "the law is named" grep -q UFLPA critical.txt
rated critical 3 '{"supplier":{"name":"A","country":"CHE"},"findings":[
{"indicator":"debt_bondage","state":"present","source":"ngo","date":"2026-01-01"},
{"indicator":"excessive_overtime","state":"present","source":"ngo","date":"2026-01-01"}]}'
rated high 5 '{"supplier":{"name":"A","country":"CHE"},"findings":[{"item":"CD01","state":"present","source":"self"}]}'
check "the indicator is named in words" grep -q 'retention of identity documents' high.txt
rated medium 11 '{"supplier":{"name":"A","country":"CHE"},"findings":[{"indicator":"deception","state":"present","source":"ngo"}]}'
rated unknown 13 '{"supplier":{"name":"A","country":"CHE"}}'
check "questions are asked" grep -q '^What to ask next' unknown.txt
findings=
for indicator in abuse_of_vulnerability deception restriction_of_movement isolation physical_and_sexual_violence \
	intimidation_and_threats retention_of_identity_documents withholding_of_wages debt_bondage \
	abusive_working_and_living_conditions excessive_overtime; do
	findings="$findings,{\"indicator\":\"$indicator\",\"state\":\"absent\",\"source\":\"audit_unannounced\",\"date\":\"2026-01-01\"}"
done
rated low 14 "{\"supplier\":{\"name\":\"A\",\"country\":\"CHE\"},\"findings\":[${findings#,}]}"

# A server's whole answer: its report is explained, and what is none stays none.
printf '{"id":"x","log":{},"attestation":{"rating":"low"},"report":%s}' "$(cat report.json)" >answer.json
runs 0 "$PROBITY" explain report.json
mv out bare.txt
runs 0 "$PROBITY" explain answer.json
check "an answer gives the words of its report" cmp -s out bare.txt
echo '{"report":{}}' >answer.json
runs 1 "$PROBITY" explain answer.json
says 'not a probity report'

# An array, lines, standard input.
runs 0 screen --out ndjson "$SAMPLES/cos_2024_sample.csv"
mv out reports.ndjson
runs 0 "$PROBITY" explain reports.ndjson
check "eighty explanations" [ "$(grep -c '^----$' out)" -eq 79 ]
mv out lines.txt
runs 0 screen --out json "$SAMPLES/cos_2024_sample.csv"
mv out reports.json
runs 0 sh -c '"$0" explain - <reports.json' "$PROBITY"
check "an array gives the same words" cmp -s out lines.txt
runs 1 "$PROBITY" explain declaration.json
says 'not a probity report'
runs 1 "$PROBITY" explain nosuch
echo '{"rating":' >cut.json
runs 1 "$PROBITY" explain cut.json
says 'byte'
runs 2 "$PROBITY" explain
runs 2 "$PROBITY" explain --lang xx report.json

# Canonical JSON: RFC 8785, section 3.2.2's example and what it must refuse.
printf '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA'"'"'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}' >rfc.json
printf '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"\342\202\254$\\u000f\\nA'"'"'B\\"\\\\\\\\\\"/"}' >rfc.want
runs 0 "$PROBITY" canonicalize rfc.json
check "RFC 8785 section 3.2.2" cmp -s out rfc.want
runs 0 sh -c '"$0" canonicalize - <rfc.json' "$PROBITY"
check "from standard input" cmp -s out rfc.want
for text in '' '{"a":1,"a":2}' '[1,]' '"\ud800"' '{"a":1e400}' '[1] 2' 'nul' '9007199254740993'; do
	printf '%s' "$text" >bad.json
	runs 1 "$PROBITY" canonicalize bad.json
	says '^probity: bad.json: byte [0-9]*: '
	check "nothing is written for '$text'" [ ! -s out ]
done
runs 1 "$PROBITY" canonicalize nosuch
runs 2 "$PROBITY" canonicalize
runs 2 "$PROBITY" canonicalize a b
# A name is anybody's text: it must not steer the terminal.
printf '{"supplier":{"name":"A\\u001b]0;x\\u0007\\u202eB","country":"CHE"}}' >steer.json
runs 0 screen --out json steer.json
mv out report.json
runs 0 "$PROBITY" explain report.json
# A middle dot parts the details of a line.
check "no escape in the explanation" [ "$(sed 's/\xC2\xB7//g' out | LC_ALL=C tr -d '\n\040-\176' | wc -c)" -eq 0 ]
runs 0 screen steer.json
check "no escape in the table" [ "$(LC_ALL=C tr -d '\n\040-\176' <out | wc -c)" -eq 0 ]
# What is not declared is said as open, and a listed good is named with how it is listed.
printf '{"supplier":{"name":"A","country":"CHE"}}' >open.json
screen --out json open.json 2>/dev/null | "$PROBITY" explain - >out
check "nothing is said to be listed" [ "$(grep -c 'is listed (\|is listed:' out)" -eq 0 ]
printf '{"supplier":{"name":"A","country":"TUR"},"products":[{"hs":"080221","origin":"TUR"}]}' >nuts.json
screen --out json nuts.json 2>/dev/null | "$PROBITY" explain - >out
check "hazelnuts, child labour" grep -q 'Hazelnuts, listed for child labour, not forced labour' out
# A reply is never left out.
printf '{"supplier":{"name":"A","country":"CHE"},"findings":[{"indicator":"deception","state":"present","source":"ngo","reply":"no"}]}' >reply.json
screen --out json reply.json 2>/dev/null | "$PROBITY" explain - >out
check "the reply is shown" grep -q "the supplier’s reply at /findings/0/reply" out

# Six languages: what the report quotes stays, names of countries and indicators are the language's, nobody's environment is asked.
printf '{"supplier":{"name":"Kilang Contoh","country":"MYS"},"findings":[{"indicator":"deception","state":"present","source":"ngo"}]}' >malaysia.json
runs 0 screen --out json malaysia.json
mv out malaysia.report
for language in ar:ماليزيا en:Malaysia es:Malasia fr:Malaisie ru:Малайзия zh:马来西亚; do
	runs 0 "$PROBITY" explain --lang "${language%%:*}" malaysia.report
	check "explain --lang ${language%%:*}: the country" grep -q "^.*Kilang Contoh.*${language#*:}" out
	check "explain --lang ${language%%:*}: what is not official is explained" \
		[ "$(grep -c '^\*' out)" -eq "$([ "$language" = en:Malaysia ]; echo $?)" ]
	mv out "malaysia.${language%%:*}"
done
runs 0 env LANG=fr_FR.UTF-8 LC_ALL=fr_FR.UTF-8 LANGUAGE=fr "$PROBITY" explain malaysia.report
check "the environment does not choose the language" cmp -s out malaysia.en
isolate=$(printf '\342\201\250')
check "Arabic holds foreign text apart" grep -q "${isolate}Kilang Contoh" malaysia.ar
check "French does not" [ "$(grep -c "$isolate" malaysia.fr)" -eq 0 ]
for command in explain screen product report; do
	runs 2 "$PROBITY" "$command" --lang de malaysia.report
	says 'ar, en, es, fr, ru, zh'
done
runs 0 screen --out csv malaysia.json
mv out english.csv
runs 0 screen --out csv --lang ru malaysia.json
check "names of columns stay" [ "$(head -n 1 out)" = "$(head -n 1 english.csv)" ]
check "ratings stay" grep -q ',medium,' out
runs 0 screen --out json --lang ru malaysia.json
check "a report holds no language" cmp -s out malaysia.report
# A doctored report is none.
screen --out json nuts.json 2>/dev/null | sed 's/"rating":"[a-z]*","rating_range"/"rating":"banana","rating_range"/' >doctored.json
runs 1 "$PROBITY" explain doctored.json
says '"banana" is no rating'
screen --out json nuts.json 2>/dev/null | sed 's/"range":\[[0-9]*,[0-9]*\],"residual"/"range":[1,"x"],"residual"/' >doctored.json
runs 1 "$PROBITY" explain doctored.json
says 'exposure.range is not two numbers'
finish
