# SPDX-License-Identifier: Apache-2.0
# options.awk -v at="COMMAND VERB" <help: what can be written at a place, as the help there says it. Lines, by tabs:
#   word    PLACE  NAME  what it does            a verb that may stand next
#   option  PLACE  NAME  KIND  what it does      KIND: none, text, file, folder, or the values, by |
#   file    PLACE                                files may stand there
# A usage line names the options of its verb; [OPTION]... stands for those that no usage line names.
BEGIN { OFS = "\t"; spec = "[A-Za-z][^] )]*" }

/^usage: / { sub(/^usage: /, ""); in_usage = 1; uses = 0 }
in_usage && /^$/ { in_usage = 0 }
in_usage {
	sub(/^ +/, "")
	# What is no new line of the program goes on with the last one.
	if ($1 == program) usage[++uses] = $0
	else usage[uses] = usage[uses] " " $0
	next
}
# "  --in json|csv  what it is", or, of one text, "  --city CITY, --address ADDRESS  where".
/^  --/ {
	described = 0
	line = substr($0, 3)
	while (match(line, /^--[a-z][a-z-]*/)) {
		name = substr(line, 1, RLENGTH)
		line = substr(line, RLENGTH + 1)
		value = ""
		if (match(line, /^ [^ ]+/)) {
			value = substr(line, 2, RLENGTH - 1)
			line = substr(line, RLENGTH + 1)
		}
		listed[++options] = name
		described++
		goes_on = value ~ /,$/ || line ~ /^,/
		sub(/,$/, "", value)
		# A value that needs more words has a line of its own.
		values[name] = values[name] != "" && value ~ /^[a-z]/ ? values[name] "|" value : value
		if (!goes_on) break
		sub(/^,? +/, "", line)
	}
	about(line)
	next
}
# "  verify  what it does", "  audit URL  what it does".
/^  [a-z][a-z-]*( [A-Z]+)?  +[a-z]/ {
	described = 0
	line = substr($0, 3)
	match(line, /^[a-z-]+/)
	name = substr(line, 1, RLENGTH)
	sub(/^[a-z-]+( [A-Z]+)? +/, "", line)
	if (!(name in does)) {
		does[name] = line
		named[++names] = name
	}
	verb = name
	next
}
/^          / && described { $1 = $1; about(" " $0); next }
/^          / && verb != "" { $1 = $1; does[verb] = does[verb] " " $0; next }
{ described = 0; verb = "" }

function about(text, i) {
	for (i = 0; i < described; i++) text_of[listed[options - i]] = text_of[listed[options - i]] text
}

# The first clause, no longer than a line of a menu.
function brief(text) {
	gsub(/[\t`"]/, "", text)
	gsub(/^ +| +$/, "", text)
	if (match(text, /[.;:(]( |$)|, (where|which|else|when)|; | \(/)) text = substr(text, 1, RSTART - 1)
	if (length(text) > 60) {
		text = substr(text, 1, 60)
		sub(/,? [^ ]*$/, "", text)
	}
	return text
}

function kind(value, text) {
	if (value == "") return "none"
	if (value ~ /DIR/) return "folder"
	if (value ~ /FILE|RELEASE|INDEX|MANIFEST|NEW|PATH/) return "file"
	if (value ~ /^[a-z0-9_-]+(\|[a-z0-9_-]+)+$/) return value
	# "..: supplier, company or officer"
	if (value ~ /^[A-Z]+$/ && match(text, /(^ *|: )([a-z_]+, )+[a-z_]+ or [a-z_]+/)) {
		text = substr(text, RSTART, RLENGTH)
		sub(/^(: *| +)/, "", text)
		gsub(/, | or /, "|", text)
		return text
	}
	return "text"
}

function put_option(place, name, value) {
	if ((place, name) in put) return
	put[place, name] = 1
	print "option", place, name, kind(value, text_of[name]), brief(text_of[name])
}

# The places of a usage line, "keys new" or each of "admin organisation show|suspend", parted by newlines.
function take_words(line,   words, n, i, j, k, forms, forms_count, grown, grown_count, next_places, places, before) {
	n = split(line, words, " ")
	places = ""
	for (i = 2; i <= n && words[i] ~ /^[a-z][a-z-]*(\|[a-z][a-z-]*)*$/; i++) {
		forms_count = split(words[i], forms, "|")
		grown_count = split(places, grown, "\n")
		if (grown_count == 0) grown[grown_count = 1] = ""
		next_places = ""
		for (k = 1; k <= grown_count; k++)
			for (j = 1; j <= forms_count; j++) {
				before = grown[k]
				if (before != "") take_word(before, forms[j])
				next_places = next_places (next_places == "" ? "" : "\n") (before == "" ? "" : before " ") forms[j]
			}
		places = next_places
	}
	return places
}

# A verb of the place where we are, or of a noun of it, once.
function take_word(place, word) {
	if ((place, word) in known || index(at " ", place " " word " ") == 1) return
	known[place, word] = 1
	print "word", place, word, place == at ? brief(does[word]) : ""
}

END {
	# What the usage lines name, before any of them is read: [OPTION]... needs to know.
	for (u = 1; u <= uses; u++) {
		line = usage[u]
		while (match(line, /--[a-z][a-z-]*/)) {
			in_lines[substr(line, RSTART, RLENGTH)]++
			line = substr(line, RSTART + RLENGTH)
		}
		where[u] = take_words(usage[u])
		if (where[u] != where[1]) several = 1
	}
	if (at == "")
		for (i = 1; i <= names; i++)
			if (named[i] != program) print "word", "", named[i], brief(does[named[i]])
	for (u = 1; u <= uses; u++) {
		count = split(where[u], places, "\n")
		if (count == 0) places[count = 1] = ""
		for (p = 1; p <= count; p++) {
			line = usage[u]
			while (match(line, /--[a-z][a-z-]*/)) {
				name = substr(line, RSTART, RLENGTH)
				line = substr(line, RSTART + RLENGTH)
				value = match(line, "^ " spec) ? substr(line, 2, RLENGTH - 1) : ""
				put_option(places[p], name, value == "" || values[name] == "" ? value : values[name])
			}
			if (!several || index(usage[u], "[OPTION]..."))
				for (i = 1; i <= options; i++)
					if (!several || !(listed[i] in in_lines)) put_option(places[p], listed[i], values[listed[i]])
			put_option(places[p], "--help", "")
			line = usage[u]
			gsub("--[a-z][a-z-]*( " spec ")?", "", line)
			if (line ~ /FILE|REPORT|RELEASE|BACKUP|PROOF|OLD/) print "file", places[p]
		}
	}
}
