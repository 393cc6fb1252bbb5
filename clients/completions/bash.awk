# SPDX-License-Identifier: Apache-2.0
# bash.awk -v program=NAME <table: its completion for bash.
BEGIN { FS = "\t" }
$1 == "word" { if (!($2 in words)) order[++count] = $2; words[$2] = words[$2] " " $3; places[$2] = places[$3] = 1; path[$2 ($2 == "" ? "" : " ") $3] = 1; paths = paths "|'" $2 ($2 == "" ? "" : " ") $3 "'" }
$1 == "option" {
	if (!($2 in options)) at[++with_options] = $2
	options[$2] = options[$2] " " $3
	if ($4 == "file" || $4 == "folder" || $4 == "text") kinds[$4] = kinds[$4] "|'" $2 " " $3 "'"
	else if ($4 != "none") { gsub(/\|/, " ", $4); values[++listed] = "'" $2 " " $3 "'"; value[listed] = $4 }
}
$1 == "file" { files = files "|'" $2 "'" }
END {
	print "# bash completion for " program "; made from its --help"
	print "_" program "()\n{"
	print "\tlocal place= word i cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words= options= files="
	print "\t# --option=value is three words here."
	print "\tif [[ $cur == = ]]; then cur=; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD - 2]}; fi"
	if (paths != "") {
		print "\tfor ((i = 1; i < COMP_CWORD; i++)); do"
		print "\t\tword=\"${place:+$place }${COMP_WORDS[i]}\""
		print "\t\tcase $word in"
		print "\t\t" substr(paths, 2) ") place=$word ;;"
		print "\t\t*) break ;;"
		print "\t\tesac\n\tdone"
	}
	print "\tcompopt +o nospace +o filenames 2>/dev/null"
	print "\tcase \"$place $prev\" in"
	for (i = 1; i <= listed; i++) print "\t" values[i] ") mapfile -t COMPREPLY < <(compgen -W '" value[i] "' -- \"$cur\"); return ;;"
	put_kind("file", "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\"); return")
	put_kind("folder", "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\"); return")
	put_kind("text", "COMPREPLY=(); return")
	print "\tesac"
	print "\tcase $place in"
	for (i = 1; i <= with_options; i++) {
		print "\t'" at[i] "') options='" substr(options[at[i]], 2) "' words='" substr(words[at[i]], 2) "' ;;"
		done[at[i]] = 1
	}
	for (i = 1; i <= count; i++) if (!(order[i] in done)) print "\t'" order[i] "') options=--help words='" substr(words[order[i]], 2) "' ;;"
	print "\tesac"
	if (files != "") print "\tcase $place in\n\t" substr(files, 2) ") files=1 ;;\n\tesac"
	print "\tif [[ $cur == -* ]]; then words=$options; elif [[ -n $files && -z $words ]]; then"
	print "\t\tcompopt -o filenames 2>/dev/null"
	print "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
	print "\t\treturn\n\tfi"
	print "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")"
	print "}\ncomplete -F _" program " " program
}
function put_kind(name, what) { if (kinds[name] != "") print "\t" substr(kinds[name], 2) ") " what " ;;" }
