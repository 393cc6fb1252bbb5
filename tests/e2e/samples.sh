# SPDX-License-Identifier: Apache-2.0
# The five published lists, as they are: every row has its report, the ratings are those of scoring/METHOD.md's validation.
. "${0%/*}/lib.sh"

# distribution NAME ROWS "critical high medium low unknown" [OPTION...]
distribution() {
	name=$1 rows=$2 wanted=$3
	shift 3
	runs 0 screen --out csv "$@" "$SAMPLES/${name}_sample.csv"
	mv out "$name.csv"
	check "$name: one line for each row" [ "$(($(wc -l <"$name.csv") - 1))" -eq "$rows" ]
	check "$name $*: ratings" [ "$(count_ratings "$name.csv")" = "$wanted" ]
	check "$name: nothing refused" [ ! -s err ]
}

# As they are: 48 high, 248 medium and 204 unknown of 500. The published validation counts 497: it left out three rows of the
# third list whose country is "Korea", which is read here as the Republic of Korea with a word in the report; all three are unknown.
distribution nike_2021 150 "0 47 68 0 35"
distribution cos_2024 80 "0 0 36 0 44"
distribution oar_2019 120 "0 0 86 0 34"
distribution apple 100 "0 0 45 0 55"
distribution vegoil 50 "0 1 13 0 36"
cat nike_2021.csv >all.csv
for name in cos_2024 oar_2019 apple vegoil; do
	tail -n +2 $name.csv >>all.csv
done
check "all five as they are" [ "$(count_ratings all.csv)" = "0 48 248 0 204" ]
check "three rows of Korea, all unknown" [ "$(grep ',KOR,' apple.csv | grep -c ',unknown,')" -eq 3 ]
runs 0 screen --out ndjson "$SAMPLES/apple_sample.csv"
check "the reading of Korea is said" [ "$(grep -c '"args":\["KOR"\],"at":"/supplier/country","key":"country_assumed"' out)" -eq 3 ]

# With the product of the trade, which these three lists do not say: 220 high, 160 medium and 120 unknown of 500.
distribution cos_2024 80 "0 39 41 0 0" --default-product 6109
distribution oar_2019 120 "0 96 24 0 0" --default-product 6109
distribution apple 100 "0 37 14 0 49" --default-product 8517
cat nike_2021.csv >all.csv
for name in cos_2024 oar_2019 apple vegoil; do
	tail -n +2 $name.csv >>all.csv
done
check "all five with a default product" [ "$(count_ratings all.csv)" = "0 220 160 0 120" ]

# Lines are those of the file: each report's line, and each row of the file, once and in order.
cut -d, -f1 vegoil.csv | tail -n +2 >lines
awk 'BEGIN { for (i = 2; i <= 51; i++) print i }' >wanted
check "lines of the file" cmp -s lines wanted
cut -d, -f1 nike_2021.csv | tail -n +2 | sort -n -u >lines
check "each row begins on a line of its own" [ "$(wc -l <lines)" -eq 150 ]
check "the first row is behind title and header" [ "$(head -1 lines)" -eq 3 ]

# What each column was taken for is said, unless --quiet.
runs 0 "$PROBITY" screen --out csv "$SAMPLES/nike_2021_sample.csv"
says 'header on line 2'
says 'Factory Name  *-> supplier.name'
says '% Migrant Workers  *-> workforce'
says '^150 rated: 0 critical, 47 high, 68 medium, 0 low, 35 unknown'
runs 0 "$PROBITY" screen --verbose --out csv "$SAMPLES/nike_2021_sample.csv"
says ':[0-9][0-9]*: note: '

# A report a row, each its own canonical form, each with the parts that every report has.
runs 0 screen --out ndjson "$SAMPLES/cos_2024_sample.csv"
check "a report for each row" [ "$(lines)" -eq 80 ]
for member in '"id":"' '"rating":"' '"rating_range":\["' '"coverage":' '"exposure":{' '"determination":{' '"indicators":\[' \
	'"listings":\[' '"reasons":\[' '"next_questions":\[' '"data":{"release":"' '"method":{"sha256":"' '"as_of":"2026-06-30"'; do
	check "each has $member" [ "$(grep -c -- "$member" out)" -eq 80 ]
done
mv out reports
head -3 reports | while read -r report; do
	printf '%s' "$report" >one
	"$PROBITY" canonicalize one >again && cmp -s one again || echo differs
done >differing
check "reports are their own canonical form" [ ! -s differing ]
check "ids differ" [ "$(sed 's/.*"id":"\([0-9a-f-]*\)","indicators".*/\1/' reports | sort -u | wc -l)" -gt 70 ]
finish
