# SPDX-License-Identifier: Apache-2.0
# Reports on paper: the words of each language can be taken out of the file, the pages look as they looked, the same report is the
# same file. RENEW=1 keeps the pages of today (pdf/README.md).
. "${0%/*}/lib.sh"
KEPT="$SOURCE/tests/e2e/pdf"
REPORT="$SOURCE/tests/golden/guidance-remedies/report.json"
URL='https://screening.example/officer?a=1'

explain() {
	"$PROBITY" explain "$@" --verify-url "$URL" "$REPORT"
}

# looks LANGUAGE first|last PAGE: that page of LANGUAGE.pdf is as it was kept.
looks() {
	pdftoppm -r 50 -gray -singlefile -f "$3" -l "$3" "$1.pdf" "$1-$2"
	if [ "${RENEW:-0}" = 1 ]; then
		python3 "$SOURCE/tests/e2e/picture.py" --keep "$1-$2.pgm" "$KEPT/$1-$2.png"
	fi
	check "$1: the $2 page looks as it did" python3 "$SOURCE/tests/e2e/picture.py" "$1-$2.pgm" "$KEPT/$1-$2.png"
}

# Each language: its words, its direction, its pages.
for language in 'ar:مؤشرات العمل الجبري الأحد عشر:لماذا هذا التصنيف' 'en:The eleven indicators of forced labour:Why this rating' \
	'es:Los once indicadores de trabajo forzoso:Por qué esta calificación' 'fr:Les onze indicateurs de travail forcé:Pourquoi ce niveau' \
	'ru:Одиннадцать признаков принудительного труда:Почему такой рейтинг' 'zh:强迫劳动的十一项指标:为何如此评级'; do
	tag=${language%%:*}
	words=${language#*:}
	runs 0 explain --out pdf --lang "$tag"
	mv out "$tag.pdf"
	check "$tag: nothing is missing" [ ! -s err ]
	runs 0 explain --out html --lang "$tag"
	mv out "$tag.html"
	# Marks of direction are put around what is taken out.
	pdftotext "$tag.pdf" - | sed 's/\xe2\x80[\xaa-\xae]//g; s/\xe2\x81[\xa6-\xa9]//g' >"$tag.txt"
	check "$tag: ${words%%:*}" grep -qF "${words%%:*}" "$tag.txt"
	check "$tag: ${words#*:}" grep -qF "${words#*:}" "$tag.txt"
	check "$tag: the words of the page" python3 "$SOURCE/tests/e2e/pdf_words.py" "$tag.html" "$tag.txt"
	check "$tag: the file says its language" grep -qa "/Lang ($tag)" "$tag.pdf"
	pdfinfo "$tag.pdf" >info
	check "$tag: it is tagged" grep -q '^Tagged: *yes' info
	check "$tag: on A4" grep -q '^Page size:.*(A4)' info
	check "$tag: the day is the report's" grep -q '^CreationDate: *Tue Jun 30 00:00:00 2026' info
	check "$tag: its title has the supplier's name" grep -q '^Title:.*Example Works' info
	pages=$(sed -n 's/^Pages: *//p' info)
	check "$tag: each page has its number" [ "$(grep -cE "(^| )[0-9]+ ?/ ?$pages( |\$)" "$tag.txt")" -eq "$pages" ]
	# name, type, encoding, emb, sub, uni, object: the last five words.
	check "$tag: every font is inside, in part" [ "$(pdffonts "$tag.pdf" | awk 'NR > 2 && !($(NF-4) == "yes" && $(NF-3) == "yes")' | wc -l)" -eq 0 ]
	looks "$tag" first 1
	# Who stands for it, and the code to scan; in one language of each direction.
	case $tag in ar | en) looks "$tag" last "$pages" ;; esac
done
check "pages of Arabic lie from right to left" grep -qa '/Direction /R2L' ar.pdf
check "those of others do not" [ "$(grep -ca '/Direction /R2L' en.pdf)" -eq 0 ]
# What belongs together is on one page: the signature and its code, a heading and more than a line, the last rows of a table.
pdftotext -f "$(pdfinfo en.pdf | sed -n 's/^Pages: *//p')" en.pdf last.txt
check "the signature is with its code" [ "$(grep -c 'Who stands for this report\|Scan to check this report' last.txt)" -eq 2 ]
pdftotext -l 1 en.pdf first.txt
check "no heading ends the first page" [ "$(grep -c 'Why this rating' first.txt)" -eq 0 ]
pdftotext -layout -f 2 -l 2 ar.pdf second.txt
check "no row of the indicators stands alone" grep -qE '(^|[^0-9])9([^0-9]|$)' second.txt
check "the head has the day in words" grep -qx '30 Jun 2026' en.txt
pdfinfo -url en.pdf >urls
check "the address of the code is led to" grep -qF "$URL" urls
pdfinfo -dests en.pdf >places
check "headings are places" grep -q '"why"' places
pdfinfo -struct en.pdf >structure
for tag in H1 H2 P L LI LBody Table TR TH TD Link; do
	check "there is a tag $tag" grep -q "^ *$tag\\( \\|\$\\)" structure
done

# The same report is the same file, whenever and wherever.
runs 0 env TZ=Asia/Tokyo LANG=fr_FR.UTF-8 LC_ALL=C.UTF-8 PROBITY_TEST_CLOCK=1000000000 "$PROBITY" explain --out pdf --lang en --verify-url "$URL" "$REPORT"
check "the same bytes" cmp -s out en.pdf
runs 0 sh -c '"$0" explain --out pdf --lang en --verify-url "$1" - <"$2"' "$PROBITY" "$URL" "$REPORT"
check "the same bytes from standard input" cmp -s out en.pdf

# A list is one file: a summary that leads to each.
printf 'name,country\nExample One,NOR\nExample Two,MYS\nExample Three,CHN\n' >list.csv
runs 0 screen --out pdf --lang fr list.csv
mv out list.pdf
pdftotext -l 1 list.pdf summary.txt
for name in 'Example One' 'Example Two' 'Example Three' 'Malaisie'; do
	check "the summary has $name" grep -q "$name" summary.txt
done
pdfinfo -dests list.pdf >places
check "a place for each report" [ "$(grep -c '"r[123]-top"' places)" -eq 3 ]
check "the day is the reports'" [ "$(pdfinfo list.pdf | grep -c '^CreationDate: *Tue Jun 30 00:00:00 2026')" -eq 1 ]
runs 0 screen --out pdf --lang fr --jobs 3 list.csv
check "three threads, the same bytes" cmp -s out list.pdf
screen --out ndjson list.csv >reports.ndjson
runs 0 "$PROBITY" explain --out pdf --lang fr reports.ndjson
check "kept reports make the same file" cmp -s out list.pdf

# Names that nobody expects: long ones, those without a letter anywhere, those that write the other way.
long=$(awk 'BEGIN { for (i = 0; i < 190; i++) printf "W" }')
printf '{"supplier":{"name":"%s","country":"NOR"}}' "$long" >long.json
runs 0 screen --out pdf long.json
pdftotext -l 1 out name.txt
check "a long name is whole" [ "$(tr -cd W <name.txt | wc -c)" -ge 190 ]
check "no hyphen is put into it" [ "$(grep -c -- 'W-' name.txt)" -eq 0 ]
printf '{"supplier":{"name":"A \364\217\277\274 B","country":"NOR"}}' >box.json
runs 0 screen --out pdf box.json
says 'U+10FFFC'
printf '{"supplier":{"name":"شركة مثال","country":"NOR"}}' >arabic.json
runs 0 screen --out pdf arabic.json
check "an Arabic name in English" [ "$(pdftotext out - | grep -c 'شركة مثال')" -ge 1 ]

# What is refused: too many, a terminal, no report.
awk 'BEGIN { print "name,country"; for (i = 0; i < 1001; i++) print "Example " i ",NOR" }' >many.csv
runs 1 screen --out pdf many.csv
says '1000 reports at most'
check "half a list is none" [ ! -s out ]
runs 1 "$PROBITY" explain --out pdf list.csv
check "no report, no file" [ ! -s out ]
runs 2 python3 -c 'import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))' "$PROBITY" explain --out pdf "$REPORT"
check "no file for a terminal, and what to do" grep -q 'report.pdf' out

# What reads fonts is loaded where a PDF is wanted: nothing else waits for it, or needs it.
ldd "$PROBITY" >libraries
check "libraries are named" grep -q libicu libraries
check "those of paper are not among them" [ "$(grep -cE 'pango|cairo|glib' libraries)" -eq 0 ]
mkdir -p alone/bin
cp "$PROBITY" alone/bin/probity
runs 1 alone/bin/probity explain --out pdf "$REPORT"
says 'alone/lib/probity/pdf.so: cannot open'
says '--out html'
check "nothing was written" [ ! -s out ]
runs 0 alone/bin/probity explain --out html "$REPORT"
mkdir -p alone/lib/probity
printf 'not a library' >alone/lib/probity/pdf.so
runs 1 alone/bin/probity explain --out pdf "$REPORT"
says 'cannot be loaded'
finish
