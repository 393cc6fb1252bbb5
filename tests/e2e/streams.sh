# SPDX-License-Identifier: Apache-2.0
# Output that cannot be written, readers that go away.
. "${0%/*}/lib.sh"

i=0
cp "$SAMPLES/oar_2019_sample.csv" long.csv
while [ $i -lt 30 ]; do
	tail -n +2 "$SAMPLES/oar_2019_sample.csv" >>long.csv
	i=$((i + 1))
done

if [ -c /dev/full ]; then
	for form in table json ndjson csv; do
		for jobs in 1 3; do
			runs 1 sh -c '"$0" screen --quiet --jobs $2 --out $1 long.csv >/dev/full' "$PROBITY" $form $jobs
			says '^probity: standard output: No space left on device'
		done
	done
	runs 1 sh -c '"$0" data info >/dev/full' "$PROBITY"
	says 'No space left'
	runs 1 sh -c '"$0" --help >/dev/full' "$PROBITY"
	echo '{}' >empty.json
	runs 1 sh -c '"$0" canonicalize empty.json >/dev/full' "$PROBITY"
else
	echo "skipped: /dev/full is no device here"
fi

# A reader that goes away ends the work: an ordinary end, no signal, no more than its line on stderr.
for form in table json ndjson csv; do
	for jobs in 1 3; do
		{ "$PROBITY" screen --quiet --jobs $jobs --out $form long.csv 2>err; echo $? >status; } | head -1 >first
		check "$form: a first line" [ -s first ]
		check "$form: an ordinary end" [ "$(cat status)" -le 1 ]
		check "$form: nothing but the pipe is said" [ "$(grep -vc 'Broken pipe' err)" -eq 0 ]
	done
done

# A closed standard input is an empty one, or an error, and no crash.
runs_closed() {
	"$PROBITY" screen --quiet - <&- >out 2>err
	echo $?
}
status=$(runs_closed)
check "closed standard input" [ "$status" -eq 1 -o "$status" -eq 3 ]
check "and it is said" [ -s err ]
finish
