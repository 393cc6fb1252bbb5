# SPDX-License-Identifier: Apache-2.0
# The same bytes twice, with any number of threads, in every form of output: also over many batches with refused rows between.
. "${0%/*}/lib.sh"

{
	cat "$SAMPLES/oar_2019_sample.csv"
	i=0
	while [ $i -lt 20 ]; do
		tail -n +2 "$SAMPLES/oar_2019_sample.csv"
		echo "Atlantis,Row of nowhere $i,x"
		echo "\"one cell alone $i\""
		i=$((i + 1))
	done
} >long.csv
rows=$((120 * 21))

for form in table json ndjson csv; do
	for list in "$SAMPLES/nike_2021_sample.csv" "$SAMPLES/cos_2024_sample.csv" long.csv; do
		screen --out $form "$list" >first 2>first.err
		status=$?
		check "$form: something is printed" [ -s first ]
		for jobs in 1 2 7; do
			runs $status screen --out $form --jobs $jobs "$list"
			check "$form, --jobs $jobs, ${list##*/}: output" cmp -s first out
			check "$form, --jobs $jobs, ${list##*/}: messages" cmp -s first.err err
		done
	done
done
runs 3 screen --out ndjson --jobs 3 long.csv
check "reports and refusals are all rows" [ "$(lines)" -eq $rows ]
check "each refusal has its line" [ "$(grep -c '^long.csv:[0-9][0-9]*: ' err)" -eq 40 ]
check "refusals come in order" sh -c 'cut -d: -f2 err | sort -n -c'

# The as-of date is an input, the clock is not: another day gives reports of another name.
ids() {
	sed 's/.*"id":"\([0-9a-f-]*\)","indicators".*/\1/' "$1" | sort -u
}
runs 0 screen --out ndjson "$SAMPLES/vegoil_sample.csv"
ids out >today
runs 0 "$PROBITY" screen --quiet --as-of 2026-07-01 --out ndjson "$SAMPLES/vegoil_sample.csv"
ids out >tomorrow
check "names are told apart" [ "$(wc -l <today)" -ge 30 ]
check "none of them is used again" [ -z "$(comm -12 today tomorrow)" ]
finish
