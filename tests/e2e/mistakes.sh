# SPDX-License-Identifier: Apache-2.0
# Likely mistakes, one a row: what the program says names the next step, and its exit status the kind. On a terminal there are colours
# and a line of progress; elsewhere neither.
. "${0%/*}/lib.sh"
unset PROBITY_SERVER

: >empty.csv
: >empty.key
printf 'PK\003\004\024\000' >list.xlsx
printf '%%PDF-1.7\n' >list.pdf
printf 'a,b\n1,2\n' >strange.csv
printf '{"supplier":{"name":"A","country":"CHE"}}' >declaration.json
printf '{"supplier":' >cut.json
printf 'prb_x\n' >open.key
printf 'prb_x\n' >own.key
mkdir folder
chmod 644 open.key
chmod 600 own.key empty.key
NOBODY=http://127.0.0.1:1

# STATUS | what is typed behind `probity` | what standard error says, as a pattern.
while IFS='|' read -r status typed pattern; do
	# shellcheck disable=SC2086 # words, parted by blanks
	runs "$status" "$PROBITY" $typed
	says "$pattern"
	check "nothing steers a terminal: $typed" [ "$(tr -d '\n\t\040-\176\200-\377' <err | wc -c)" -eq 0 ]
done <<END
2||usage: probity COMMAND
2|scren list.csv|there is no command "scren"; did you mean .probity screen.?
2|nosuch|.probity --help. lists them
2|help scren|did you mean .probity screen.?
2|help screen x y|probity help screen
2|screen --lnag en declaration.json|did you mean --lang?
2|screen --lang|--lang lacks its value
2|screen --lang de declaration.json|one of ar, en, es, fr, ru, zh
2|screen --quiet=yes declaration.json|--quiet takes no value
2|screen|one file is wanted
2|data|build, info, diff or validate is wanted
2|data buidl|did you mean .probity data build.?
2|keys rotat|did you mean .probity keys rotate.?
2|state verfy|did you mean .probity state verify.?
2|log audti $NOBODY/log|did you mean .probity log audit.?
2|admin orgnisation list|did you mean .probity admin organisation.?
2|admin key lits|did you mean .probity admin key list.?
2|admin key|add, list, rotate or revoke is wanted
1|screen nosuch.csv|nosuch.csv: No such file .*: look at its name and folder; it is looked for in /
1|screen folder|Is a directory: name a file in it
3|screen empty.csv|a declaration in JSON or a list with a header row is needed
3|screen list.xlsx|save the list as CSV
3|screen list.pdf|save the list as CSV
3|screen strange.csv|no name column .*; call one name
1|screen --data nosuch declaration.json|build a release with .probity data build
1|screen --data declaration.json declaration.json|build a release with .probity data build
1|explain nosuch.json|No such file
1|explain folder|Is a directory: name a file
1|canonicalize cut.json|cut.json: byte [0-9]*: 
1|verify nosuch.json|No such file
1|verify --did nosuch.json declaration.json|nosuch.json: No such file
1|submit --server $NOBODY declaration.json|--server URL or .PROBITY_SERVER names another
1|report --server $NOBODY 0191d2f0-4c1e-7a00-8000-000000000000|look whether the server runs
2|submit --server here declaration.json|an address such as https://probity.example
1|submit --server $NOBODY --key-file open.key declaration.json|chmod 600 open.key
1|submit --server $NOBODY --key-file empty.key declaration.json|one line, prb_..., is wanted
1|submit --server $NOBODY --key-file nosuch.key declaration.json|nosuch.key: No such file
1|submit --server $NOBODY strange.csv|lists are for .probity screen
1|keys new --out own.key|a key is never overwritten
1|state verify --state nosuch|name the state's folder with --state
1|admin key list --organisation x|start it with .probityd --state
1|data build --sources nosuch --out new.lmdb|name it with --sources DIR
2|data build|build wants --out RELEASE
END

# Its version, however it is asked for.
"$PROBITY" --version >version
check "a version" grep -qE '^probity [0-9]+\.[0-9]+\.[0-9]+' version
for asked in version -V; do
	runs 0 "$PROBITY" "$asked"
	check "the same with $asked" cmp -s out version
done

# A full disk and a reader that goes away.
if [ -e /dev/full ]; then
	# shellcheck disable=SC2016 # sh -c gets the program as $0
	runs 1 sh -c '"$0" data info >/dev/full' "$PROBITY"
	says 'No space left on device: make room'
fi
# shellcheck disable=SC2016
runs 0 sh -c '"$0" data info | head -n 1' "$PROBITY"
check "a closed pipe is no fault" [ ! -s err ]

# on_terminal COMMAND..: its output, all of it, as a terminal has it.
on_terminal() {
	env -u NO_COLOR TERM=xterm script -qec "$*" /dev/null </dev/null | tr -d '\r'
}
escape=$(printf '\033')
on_terminal "'$PROBITY' screen declaration.json" >seen
check "a terminal has colours" grep -q "$escape\[" seen
on_terminal "env NO_COLOR=1 '$PROBITY' screen declaration.json" >seen
check "NO_COLOR leaves them out" [ "$(grep -c "$escape" seen)" -eq 0 ]
env -u NO_COLOR "$PROBITY" screen declaration.json >seen 2>&1
check "a file has none" [ "$(grep -c "$escape" seen)" -eq 0 ]
env -u NO_COLOR CLICOLOR_FORCE=1 "$PROBITY" screen declaration.json >seen 2>&1
check "CLICOLOR_FORCE has them" grep -q "$escape\[" seen
CLICOLOR_FORCE=1 "$PROBITY" screen declaration.json >seen 2>&1
check "NO_COLOR wins" [ "$(grep -c "$escape" seen)" -eq 0 ]
env -u NO_COLOR CLICOLOR_FORCE=1 "$PROBITY" verify declaration.json >seen 2>&1
check "an outcome has its word beside the colour" grep -q "$escape\[31mnot verified$escape\[0m: form" seen

# Progress: long work, a terminal on standard error, the reports elsewhere.
awk 'BEGIN { for (i = 0; i < 40000; i++) print "{\"supplier\":{\"name\":\"Supplier " i "\",\"country\":\"CHE\"}}" }' >many.ndjson
on_terminal "'$PROBITY' screen --out ndjson many.ndjson >reports" >seen
check "every report is there" [ "$(wc -l <reports)" -eq 40000 ]
check "no progress among the reports" [ "$(grep -c "$escape\|rows, " reports)" -eq 0 ]
check "rows, how much of the file" grep -q '[0-9]* rows, [0-9]* %' seen
check "the line is taken away" [ "$(tail -n 1 seen | sed "s/.*$escape\[K//" | cut -c 1-11)" = '40000 rated' ]
on_terminal "'$PROBITY' screen --quiet --out ndjson many.ndjson >reports" >seen
check "none with --quiet" [ ! -s seen ]
on_terminal "env TERM=dumb '$PROBITY' screen --out ndjson many.ndjson >reports" >seen
check "none on a dumb terminal" [ "$(grep -c "rows, " seen)" -eq 0 ]
"$PROBITY" screen --out ndjson many.ndjson 2>err >reports
check "none in a file" [ "$(grep -c "rows, " err)" -eq 0 ]
finish
