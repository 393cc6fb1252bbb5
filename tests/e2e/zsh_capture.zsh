# SPDX-License-Identifier: Apache-2.0
# zsh -f zsh_capture.zsh FOLDER LINE: what zsh, with the completions of FOLDER, offers at the end of LINE; one a line.
zmodload zsh/zpty || exit 1
zpty shell zsh -f -i
zpty -w shell "PS1= PS2= RPS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -D -u; bindkey '^I' complete-word"
# The names that are offered go out between two marks; what is asked for other reasons (-O, -A, -D) goes on as it is.
zpty -w shell 'compadd() { if [[ " $* " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
typeset -a offered; builtin compadd -O offered "$@"; print -r -- "<"${^offered}">"; builtin compadd "$@" }'
zpty -w shell 'finish() { print "MARK""ED"; }; zle -N finish; bindkey "^X" finish; print "REA""DY"'
zpty -r -m shell line '*READY*'
zpty -n -w shell "$2"$'\t\x18'
zpty -r -m shell line '*MARKED*'
print -r -- $line | tr -d '\r' | grep -o '<[^<>]*>' | tr -d '<>' | sort -u
zpty -d shell
