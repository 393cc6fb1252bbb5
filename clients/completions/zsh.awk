# SPDX-License-Identifier: Apache-2.0
# zsh.awk -v program=NAME <table: its completion for zsh.
BEGIN { FS = "\t" }
# Within single quotes; brackets and colons mean something to _arguments.
function plain(text) { gsub(/'/, "'\\''", text); gsub(/\[|\]|:/, "\\\\&", text); return text }
function kind(of) {
	if (of == "none") return ""
	if (of == "file") return ":file:_files"
	if (of == "folder") return ":folder:_files -/"
	if (of == "text") return ":value: "
	gsub(/\|/, " ", of)
	return ":value:(" of ")"
}
function place(name) { if (!(name in seen)) { seen[name] = 1; order[++count] = name } }
$1 == "word" {
	place($2)
	words[$2] = words[$2] " '" $3 ":" plain($4) "'"
	paths = paths "|'" $2 ($2 == "" ? "" : " ") $3 "'"
}
$1 == "option" { place($2); specs[$2] = specs[$2] " '" $3 ($4 == "none" ? "" : "=") "[" plain($5) "]" kind($4) "'" }
$1 == "file" && $2 != "" { place($2); specs[$2] = specs[$2] " '*:file:_files'" }
END {
	print "#compdef " program
	print "# zsh completion for " program "; made from its --help"
	print "_" program "() {"
	print "\tlocal place= word"
	print "\tlocal -a verbs specs"
	if (paths != "") {
		print "\twhile ((CURRENT > 2)); do"
		print "\t\tword=\"${place:+$place }${words[2]}\""
		print "\t\tcase $word in"
		print "\t\t" substr(paths, 2) ") place=$word ;;"
		print "\t\t*) break ;;"
		print "\t\tesac"
		print "\t\tshift words"
		print "\t\t((CURRENT--))"
		print "\tdone"
	}
	print "\tcase $place in"
	for (i = 1; i <= count; i++) print "\t'" order[i] "') verbs=(" substr(words[order[i]], 2) ") specs=(" substr(specs[order[i]], 2) ") ;;"
	print "\tesac"
	print "\tif (($#verbs && CURRENT == 2)) && [[ $words[2] != -* ]]; then"
	print "\t\t_describe -t commands command verbs"
	print "\telse"
	print "\t\t_arguments -S \"$specs[@]\""
	print "\tfi\n}\n_" program " \"$@\""
}
