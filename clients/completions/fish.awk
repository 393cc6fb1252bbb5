# SPDX-License-Identifier: Apache-2.0
# fish.awk -v program=NAME <table: its completion for fish.
BEGIN {
	FS = "\t"
	print "# fish completion for " program "; made from its --help"
}
function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/'/, "\\'", text); return "'" text "'" }
{ line[NR] = $0 }
$1 == "word" { paths = paths " " quoted($2 ($2 == "" ? "" : " ") $3) }
END {
	print "function __" program "_at --description 'whether the words so far are this command and verb'"
	print "\tset -l place ''"
	if (paths != "") {
		print "\tfor word in (commandline -opc)[2..]"
		print "\t\tset -l next (string trim -- \"$place $word\")"
		print "\t\tcontains -- $next" paths "; or break"
		print "\t\tset place $next"
		print "\tend"
	}
	print "\ttest \"$place\" = \"$argv[1]\""
	print "end"
	print "complete -c " program " -f"
	for (i = 1; i <= NR; i++) {
		split(line[i], f, "\t")
		head = "complete -c " program " -n " quoted("__" program "_at " quoted_inside(f[2]))
		if (f[1] == "word") print head " -a " quoted(f[3]) about(f[4])
		else if (f[1] == "file" && f[2] != "") print head " -F"
		else if (f[1] == "option") print head " -l " substr(f[3], 3) kind(f[4]) about(f[5])
	}
}
function quoted_inside(text) { return "\"" text "\"" }
function about(text) { return text == "" ? "" : " -d " quoted(text) }
function kind(of) {
	if (of == "none") return ""
	if (of == "file") return " -r -F"
	if (of == "folder") return " -x -a '(__fish_complete_directories)'"
	if (of == "text") return " -x"
	gsub(/\|/, " ", of)
	return " -x -a '" of "'"
}
